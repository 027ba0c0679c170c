"""A language model in a GGUF file → a CTranslate2 model in 8-bit integers, with its tokenizer beside it.

Understands the Llama architecture with a byte-level BPE vocabulary, as SmolLM2 has them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unspin.errors import ModelError

ARCHITECTURE = "llama"
VOCABULARY = "gpt2"  # GGUF's name for byte-level BPE
TOKENIZER = "tokenizer.json"
END_OF_TEXT = "<|endoftext|>"
QUANTIZATION = "int8"


def convert(source: Path, target: Path, quantization: str | None = QUANTIZATION) -> None:
    """Write the model of a GGUF file to a new folder. ModelError if the file is none, or of another kind."""
    from gguf import GGUFReader

    try:
        reader = GGUFReader(os.fspath(source))
    except (OSError, ValueError, IndexError, KeyError) as error:
        raise ModelError(f"{source}: is no GGUF file, or is damaged ({error})") from error
    fields = {name: field.contents() for name, field in reader.fields.items()}
    kind = fields.get("general.architecture"), fields.get("tokenizer.ggml.model")
    if kind != (ARCHITECTURE, VOCABULARY):
        raise ModelError(f"{source}: its architecture and vocabulary are {kind}; unspin reads {(ARCHITECTURE, VOCABULARY)}")
    try:
        specification = _specification(fields, {tensor.name: tensor for tensor in reader.tensors})
    except KeyError as error:
        raise ModelError(f"{source}: has no {error}; the file is incomplete") from error
    specification.register_vocabulary(fields["tokenizer.ggml.tokens"])
    specification.config.unk_token = specification.config.bos_token = specification.config.eos_token = END_OF_TEXT
    specification.config.layer_norm_epsilon = float(fields[f"{ARCHITECTURE}.attention.layer_norm_rms_epsilon"])
    specification.validate()
    specification.optimize(quantization=quantization)
    target.mkdir(parents=True, exist_ok=True)
    specification.save(os.fspath(target))
    _tokenizer(fields).save(os.fspath(target / TOKENIZER))


def _specification(fields: dict[str, Any], tensors: dict[str, Any]) -> Any:
    from ctranslate2.specs import common_spec, transformer_spec
    from gguf import dequantize

    def weight(name: str) -> NDArray[np.float32]:
        tensor = tensors[f"{name}.weight"]
        values: NDArray[np.float32] = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        return values

    def number(name: str) -> Any:
        return fields[f"{ARCHITECTURE}.{name}"]

    specification = transformer_spec.TransformerDecoderModelSpec.from_config(
        number("block_count"),
        number("attention.head_count"),
        activation=common_spec.Activation.SWISH,
        pre_norm=True,
        ffn_glu=True,
        rms_norm=True,
        rotary_dim=0,
        rotary_interleave=True,  # GGUF keeps the rows of queries and keys in this order
        rotary_base=number("rope.freq_base"),
        num_heads_kv=number("attention.head_count_kv"),
    )
    decoder = specification.decoder
    decoder.scale_embeddings = False
    decoder.embeddings.weight = weight("token_embd")
    decoder.projection.weight = weight("output" if "output.weight" in tensors else "token_embd")
    decoder.layer_norm.gamma = weight("output_norm")
    for block, layer in enumerate(decoder.layer):
        prefix = f"blk.{block}"
        attention, ffn = layer.self_attention, layer.ffn
        attention.layer_norm.gamma = weight(f"{prefix}.attn_norm")
        attention.linear[0].weight = np.concatenate([weight(f"{prefix}.attn_{part}") for part in "qkv"])
        attention.linear[1].weight = weight(f"{prefix}.attn_output")
        ffn.layer_norm.gamma = weight(f"{prefix}.ffn_norm")
        ffn.linear_0.weight = weight(f"{prefix}.ffn_gate")
        ffn.linear_0_noact.weight = weight(f"{prefix}.ffn_up")
        ffn.linear_1.weight = weight(f"{prefix}.ffn_down")
    return specification


def _tokenizer(fields: dict[str, Any]) -> Any:
    """Byte-level BPE in which each digit stands alone."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    vocabulary = {token: number for number, token in enumerate(fields["tokenizer.ggml.tokens"])}
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"]]
    tokenizer = Tokenizer(models.BPE(vocabulary, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer
