"""What the fits of the calibration and of the rescoring have in common.

`development.py` reads the data; `samples.py` decodes a document, `simulation.py` makes further ones. `forests.py` fits trees, `looks.py`
those of both looks, in folds. `figures.py` says what their confidences are worth.
"""
