"""Eight float64 lanes as one numba value, so that eight pairs go through a kernel in a single pass.

numba leaves loops over pairs scalar, because LLVM's vectoriser gives up on triangular factorisations. Here
the lanes are explicit: LLVM lowers ``<8 x double>`` to one AVX-512 register, two AVX2 or four SSE/NEON ones,
with equal results wherever the hardware has a fused multiply-add.
"""

import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

LANES = 8
"""Lanes of one vector: the pairs that are worked on together."""

Array = np.ndarray
Vector = Any
"""Eight lanes, as annotated in kernels: numba's types are not Python's."""

_VECTOR = ir.VectorType(ir.DoubleType(), LANES)
_F = TypeVar("_F", bound=Callable[..., Any])


@functools.cache
def source_digest(folder: Path = Path(__file__).parent) -> str:
    """Return the SHA-256 of the sources that the screen's kernels are compiled from."""
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("screen*.py"), *folder.glob("simd.py")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def kernel(function: _F) -> _F:
    """Compile `function` on first call without the interpreter lock, with IEEE division and a cache on disk.

    numba renews a cached kernel when its own file changes, but not when a kernel inlined from another file does, so
    the cache is stamped with all sources. Where there is no folder to write to, kernels are compiled anew by each
    process (set NUMBA_CACHE_DIR to avoid that).
    """
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
    try:
        compiled: Any = njit(cache=True, **options)(function)
    except RuntimeError:
        return cast("_F", njit(**options)(function))
    compiled._cache._cache_file._source_stamp = source_digest()
    return cast("_F", compiled)


operation: Any = intrinsic
"""numba calls the decorated function with a typing context that the caller does not pass, so mypy must not
look.
"""


class Lanes(types.Type):
    """The numba type of eight float64 lanes."""

    def __init__(self) -> None:
        super().__init__(name="Lanes8f64")


lanes_type: Any = Lanes()


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):
    """A vector register is a primitive value to numba."""

    def __init__(self, manager: Any, numba_type: Any) -> None:
        super().__init__(manager, numba_type, _VECTOR)  # type: ignore[no-untyped-call]


def _address(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), _VECTOR.as_pointer())


def _broadcast(builder: Any, scalar: Any) -> Any:
    undefined = ir.Constant(_VECTOR, ir.Undefined)
    first = builder.insert_element(undefined, scalar, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(first, undefined, zeros)


def _multiply_add(builder: Any, a: Any, b: Any, c: Any) -> Any:
    signature = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
    declare: Any = cgutils.get_or_insert_function
    function = declare(builder.module, signature, "llvm.fmuladd.v8f64")
    return builder.call(function, [a, b, c])


@operation
def load(_typing: Any, array: Any, index: Any) -> Any:
    """Read eight consecutive elements of a flat float64 array, from `index` on."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        instruction = builder.load(_address(context, builder, signature.args[0], args[0], args[1]))
        instruction.align = 8
        return instruction

    return lanes_type(array, types.intp), generate


@operation
def store(_typing: Any, array: Any, index: Any, value: Any) -> Any:
    """Write eight lanes to a flat float64 array, from `index` on."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        instruction = builder.store(args[2], _address(context, builder, signature.args[0], args[0], args[1]))
        instruction.align = 8
        return context.get_dummy_value()

    return types.void(array, types.intp, lanes_type), generate


@operation
def splat(_typing: Any, scalar: Any) -> Any:
    """Put one number on all lanes."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return _broadcast(builder, args[0])

    return lanes_type(types.float64), generate


@operation
def add(_typing: Any, a: Any, b: Any) -> Any:
    """Add a + b."""
    return lanes_type(lanes_type, lanes_type), lambda _c, builder, _s, args: builder.fadd(*args)


@operation
def sub(_typing: Any, a: Any, b: Any) -> Any:
    """Subtract b from a."""
    return lanes_type(lanes_type, lanes_type), lambda _c, builder, _s, args: builder.fsub(*args)


@operation
def mul(_typing: Any, a: Any, b: Any) -> Any:
    """Multiply a by b."""
    return lanes_type(lanes_type, lanes_type), lambda _c, builder, _s, args: builder.fmul(*args)


@operation
def div(_typing: Any, a: Any, b: Any) -> Any:
    """Divide a by b."""
    return lanes_type(lanes_type, lanes_type), lambda _c, builder, _s, args: builder.fdiv(*args)


@operation
def fma(_typing: Any, a: Any, b: Any, c: Any) -> Any:
    """Compute c + a·b with one rounding."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return _multiply_add(builder, args[0], args[1], args[2])

    return lanes_type(lanes_type, lanes_type, lanes_type), generate


@operation
def fnma(_typing: Any, a: Any, b: Any, c: Any) -> Any:
    """Compute c − a·b with one rounding."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return _multiply_add(builder, builder.fneg(args[0]), args[1], args[2])

    return lanes_type(lanes_type, lanes_type, lanes_type), generate


@operation
def where_less(_typing: Any, a: Any, b: Any, chosen: Any, otherwise: Any) -> Any:
    """Take `chosen` on the lanes where a < b, `otherwise` on the others (and where either is NaN)."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.select(builder.fcmp_ordered("<", args[0], args[1]), args[2], args[3])

    return lanes_type(*[lanes_type] * 4), generate


@kernel
def aligned(size: int) -> np.ndarray:
    """Return `size` zeros that start on a cache line: a vector load across two lines costs two."""
    raw = np.zeros(size + LANES)
    start = (-(raw.ctypes.data // 8)) % LANES
    return raw[start : start + size]
