"""What setup.cfg cannot say: the innermost loops are compiled where there is a C compiler. Everything else stands there."""

from setuptools import Extension, setup

# No fused multiply-add: the loops must give the same bits as their twins in numpy.
arguments = ["-O3", "-ffp-contract=off"]
setup(ext_modules=[Extension("unspin._speedups", ["unspin/_speedups.c"], extra_compile_args=arguments, optional=True)])
