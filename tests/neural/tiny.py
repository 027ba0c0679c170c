"""A tiny random model in a GGUF file, and what it must say by the book."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDTH, HEADS, SHARED, LAYERS, HIDDEN = 32, 4, 2, 2, 48
BASE, EPSILON = 10_000.0, 1e-5
HEAD = WIDTH // HEADS

Weights = dict[str, NDArray[np.float32]]


def vocabulary() -> tuple[list[str], list[str]]:
    """Tokens and merges: the end of text, every byte, and one word."""
    from tokenizers.pre_tokenizers import ByteLevel

    return ["<|endoftext|>", *sorted(ByteLevel.alphabet()), "th", "the"], ["t h", "th e"]


def weights() -> Weights:
    random = np.random.default_rng(1)

    def matrix(*shape: int) -> NDArray[np.float32]:
        return (random.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float32)

    def scale() -> NDArray[np.float32]:
        return random.uniform(0.5, 1.5, WIDTH).astype(np.float32)

    result = {"token_embd": matrix(len(vocabulary()[0]), WIDTH), "output_norm": scale()}
    for block in range(LAYERS):
        prefix = f"blk.{block}"
        result |= {
            f"{prefix}.attn_norm": scale(),
            f"{prefix}.ffn_norm": scale(),
            f"{prefix}.attn_q": matrix(WIDTH, WIDTH),
            f"{prefix}.attn_k": matrix(SHARED * HEAD, WIDTH),
            f"{prefix}.attn_v": matrix(SHARED * HEAD, WIDTH),
            f"{prefix}.attn_output": matrix(WIDTH, WIDTH),
            f"{prefix}.ffn_gate": matrix(HIDDEN, WIDTH),
            f"{prefix}.ffn_up": matrix(HIDDEN, WIDTH),
            f"{prefix}.ffn_down": matrix(WIDTH, HIDDEN),
        }
    return result


def write(path: Path, tensors: Weights, architecture: str = "llama", **changed: Any) -> Path:
    """A GGUF file."""
    from gguf import GGUFWriter

    tokens, merges = vocabulary()
    writer = GGUFWriter(path, architecture)
    writer.add_context_length(64)
    writer.add_block_count(LAYERS)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(SHARED)
    writer.add_rope_freq_base(BASE)
    writer.add_layer_norm_rms_eps(EPSILON)
    writer.add_tokenizer_model(changed.get("tokenizer", "gpt2"))
    writer.add_token_list(tokens)
    writer.add_token_merges(merges)
    for name, tensor in tensors.items():
        writer.add_tensor(f"{name}.weight", tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def logprob(tensors: Weights, ids: list[int]) -> float:
    """The summed log-probability of ids[1:], each given those before it: Llama in plain numpy."""
    x = tensors["token_embd"][ids].astype(np.float64)
    n = len(ids)
    for block in range(LAYERS):
        layer = {name.rpartition(".")[2]: t for name, t in tensors.items() if name.startswith(f"blk.{block}.")}
        h = _norm(x, layer["attn_norm"])
        query = _rotate((h @ layer["attn_q"].T).reshape(n, HEADS, HEAD))
        key = _rotate((h @ layer["attn_k"].T).reshape(n, SHARED, HEAD)).repeat(HEADS // SHARED, axis=1)
        value = (h @ layer["attn_v"].T).reshape(n, SHARED, HEAD).repeat(HEADS // SHARED, axis=1)
        score = np.einsum("ihd,jhd->hij", query, key) / np.sqrt(HEAD)
        score[:, ~np.tri(n, dtype=bool)] = -np.inf
        mixed = np.einsum("hij,jhd->ihd", _softmax(score), value).reshape(n, WIDTH)
        x = x + mixed @ layer["attn_output"].T
        h = _norm(x, layer["ffn_norm"])
        gate = h @ layer["ffn_gate"].T
        x = x + (gate / (1 + np.exp(-gate)) * (h @ layer["ffn_up"].T)) @ layer["ffn_down"].T
    logits = _norm(x, tensors["output_norm"]) @ tensors["token_embd"].T
    return float(np.log(_softmax(logits))[np.arange(n - 1), ids[1:]].sum())


def _norm(x: NDArray[np.float64], gamma: NDArray[np.float32]) -> NDArray[np.float64]:
    return x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + EPSILON) * gamma


def _softmax(x: NDArray[np.float64]) -> NDArray[np.float64]:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    result: NDArray[np.float64] = e / e.sum(axis=-1, keepdims=True)
    return result


def _rotate(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rotary position embedding of neighbouring pairs."""
    angle = np.arange(len(x))[:, None] * BASE ** (-np.arange(0, HEAD, 2) / HEAD)
    cos, sin = np.cos(angle)[:, None, :], np.sin(angle)[:, None, :]
    even, odd = x[..., ::2], x[..., 1::2]
    return np.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1).reshape(x.shape)
