#!/usr/bin/env python3
"""Convert a legacy `torch.save` state dict (not a zip) to safetensors.

    convert_torch.py INPUT OUTPUT [--metadata KEY=VALUE]...

A legacy file is a stream of five pickles (magic number, protocol version, system information, the state dict, the list
of storage keys) followed, for each key, by an int64 element count and the raw little-endian elements.

Pickles are programs, so none is run here: an interpreter for the few opcodes that a state dict needs builds plain values.
It knows the names in `_STORAGES` and `_FUNCTIONS` and refuses every other one; no module is imported for a file.

Every tensor of the state dict is written, integer counters such as `num_batches_tracked` included. Tensors that share a
storage, or are transposed or cut out of it, are each written in full, in row-major order. Views that would repeat
elements (expanded tensors) are refused.

The output depends on the input and the metadata alone: header keys are sorted; data is ordered by descending element
size, then by name, so that every tensor is aligned. It appears whole or not at all.

Exit status: 0 done, 1 refused (one line on stderr names the file and the cause), 2 wrong usage.
"""

import argparse
import io
import itertools
import json
import os
import pickletools
import struct
import sys
import tempfile

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
MAX_PICKLE_BYTES = 64 << 20  # a state dict of 10,000 tensors needs 2 MB
MAX_DIMENSIONS = 16
MAX_GROWTH = 4  # output bytes per input byte: shared storages are written once for each tensor
CHUNK_BYTES = 4 << 20

# Storage class in module `torch` -> (safetensors type, bytes an element).
_STORAGES = {
    "DoubleStorage": ("F64", 8),
    "FloatStorage": ("F32", 4),
    "HalfStorage": ("F16", 2),
    "BFloat16Storage": ("BF16", 2),
    "LongStorage": ("I64", 8),
    "IntStorage": ("I32", 4),
    "ShortStorage": ("I16", 2),
    "CharStorage": ("I8", 1),
    "ByteStorage": ("U8", 1),
    "BoolStorage": ("BOOL", 1),
}
_FUNCTIONS = (
    "collections OrderedDict",
    "torch._utils _rebuild_tensor",
    "torch._utils _rebuild_tensor_v2",
    "torch._utils _rebuild_parameter",
)


class Refused(Exception):
    """The file is not a legacy state dict that this program converts; the message says why."""


class Global:
    """An allowed name out of a pickle, inert: only `_reduce` gives it a meaning."""

    def __init__(self, name):
        self.name = name


class Storage:
    """Where the elements of one or more tensors lie; `offset` (in the file) is set once the data section is read."""

    def __init__(self, key, dtype, element_bytes, elements):
        self.key = key
        self.dtype = dtype
        self.element_bytes = element_bytes
        self.elements = elements
        self.offset = None


class Tensor:
    """A strided view into a storage; offset and strides count elements."""

    def __init__(self, storage, offset, shape, strides):
        self.storage = storage
        self.offset = offset
        self.shape = shape
        self.strides = strides

    def byte_count(self):
        """Bytes of the tensor when written row-major."""
        return _product(self.shape) * self.storage.element_bytes

    def is_contiguous(self):
        """True if the elements lie row-major and without gaps."""
        expected = 1
        for size, stride in zip(reversed(self.shape), reversed(self.strides)):
            if size != 1:
                if stride != expected:
                    return False
                expected *= size
        return True


def _product(values):
    """Product of integers; 1 for none."""
    result = 1
    for value in values:
        result *= value
    return result


def _require(condition, message):
    """Raise Refused with `message` unless `condition` holds."""
    if not condition:
        raise Refused(message)


def _show(value):
    """Short text for a value of any kind: a hostile file may hold one whose repr never ends."""
    if type(value) is str:
        return repr(value if len(value) <= 80 else value[:77] + "...")
    return str(value) if type(value) is int and abs(value) < 1 << 64 else f"a {type(value).__name__}"


def _is_count(value):
    """True for an int (not a bool) in [0, 2^63)."""
    return type(value) is int and 0 <= value < 1 << 63


# ---- pickles, interpreted without running anything


def _find_global(argument):
    """The Global or storage type for "module name", or Refused."""
    module, _, name = argument.partition(" ")
    if argument in _FUNCTIONS or (module == "torch" and name in _STORAGES):
        return Global(argument)
    raise Refused(f"the pickle asks for {_show(argument.replace(' ', '.'))}, which a state dict does not need")


def _make_storage(identity, storages):
    """The Storage that a persistent id names: ("storage", type, key, location, element count[, view])."""
    _require(
        type(identity) is tuple and len(identity) in (5, 6) and identity[0] == "storage",
        "unknown kind of persistent id",
    )
    kind, key, elements = identity[1], identity[2], identity[4]
    _require(isinstance(kind, Global) and kind.name.startswith("torch "), "storage without a known element type")
    _require(type(key) is str, "storage key is not a string")
    _require(_is_count(elements), f"storage {_show(key)}: bad element count {_show(elements)}")
    _require(len(identity) == 5 or identity[5] is None, f"storage {_show(key)} is a view of another one, not supported")
    dtype, element_bytes = _STORAGES[kind.name.split(" ")[1]]
    storage = storages.setdefault(key, Storage(key, dtype, element_bytes, elements))
    _require(
        storage.dtype == dtype and storage.elements == elements, f"storage {_show(key)} is declared twice, differently"
    )
    return storage


def _make_tensor(arguments):
    """The Tensor of `_rebuild_tensor[_v2]`(storage, offset, shape, strides[, requires_grad, hooks[, metadata]])."""
    _require(4 <= len(arguments) <= 7, f"tensor with {len(arguments)} arguments")
    storage, offset, shape, strides = arguments[:4]
    _require(isinstance(storage, Storage), "tensor without a storage")
    _require(_is_count(offset), f"tensor with bad offset {_show(offset)}")
    for name, value in (("shape", shape), ("strides", strides)):
        _require(
            type(value) is tuple and len(value) <= MAX_DIMENSIONS and all(_is_count(v) for v in value),
            f"tensor with bad {name}",
        )
    _require(len(shape) == len(strides), f"tensor with {len(shape)} sizes and {len(strides)} strides")
    _require(len(arguments) < 5 or type(arguments[4]) is bool, "tensor with a bad gradient flag")
    _require(all(value in (None, {}) for value in arguments[5:]), "tensor with hooks or metadata, not supported")
    count = _product(shape)
    if count:
        last = offset + sum((size - 1) * stride for size, stride in zip(shape, strides))
        _require(last < storage.elements, f"tensor reaches element {last} of {storage.elements} in its storage")
    repeats = count > storage.elements or any(size > 1 and not stride for size, stride in zip(shape, strides))
    _require(not repeats, "tensor repeats elements of its storage, not supported")
    return Tensor(storage, offset, shape, strides)


def _reduce(function, arguments):
    """What an allowed call gives."""
    _require(isinstance(function, Global) and type(arguments) is tuple, "the pickle calls something that is no function")
    if function.name == "collections OrderedDict":
        _require(arguments == () or arguments == ([],), "OrderedDict with arguments, not supported")
        return {}
    if function.name == "torch._utils _rebuild_parameter":
        _require(len(arguments) == 3 and isinstance(arguments[0], Tensor), "parameter without a tensor")
        return arguments[0]
    _require(function.name in _FUNCTIONS, f"the pickle calls {function.name.replace(' ', '.')}")
    return _make_tensor(arguments)


def _set_items(target, items):
    """Add alternating keys and values to a dict."""
    _require(type(target) is dict and len(items) % 2 == 0, "items for something that is no dict")
    for key, value in zip(items[::2], items[1::2]):
        _require(type(key) is str, f"dict key of type {type(key).__name__}, expected a string")
        _require(key not in target, f"name {_show(key)} appears twice")
        target[key] = value


_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_LITERALS = (
    "BININT", "BININT1", "BININT2", "LONG1", "LONG4", "BINFLOAT", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8",
)  # fmt: skip
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}


class _Machine:
    """The stack, marks and memo of one pickle."""

    def __init__(self, storages):
        self.stack = []
        self.marks = []
        self.memo = {}
        self.storages = storages

    def pop(self):
        """Take the top value."""
        _require(self.stack and (not self.marks or len(self.stack) > self.marks[-1]), "the pickle's stack runs empty")
        return self.stack.pop()

    def pop_mark(self):
        """Take all values above the last mark."""
        _require(self.marks, "the pickle lacks a mark")
        start = self.marks.pop()
        values = self.stack[start:]
        del self.stack[start:]
        return values

    def top(self):
        """The top value, left in place."""
        value = self.pop()
        self.stack.append(value)
        return value

    def step(self, name, argument):
        """Carry out one opcode other than STOP."""
        push = self.stack.append
        if name in _CONSTANTS:
            push(_CONSTANTS[name])
        elif name in _LITERALS:
            push(argument)
        elif name == "GLOBAL":
            push(_find_global(argument))
        elif name == "STACK_GLOBAL":
            attribute, module = self.pop(), self.pop()
            _require(type(attribute) is str and type(module) is str, "the pickle asks for a name that is no string")
            push(_find_global(f"{module} {attribute}"))
        elif name == "MARK":
            self.marks.append(len(self.stack))
        elif name == "EMPTY_DICT":
            push({})
        elif name == "EMPTY_LIST":
            push([])
        elif name == "EMPTY_TUPLE":
            push(())
        elif name == "TUPLE":
            push(tuple(self.pop_mark()))
        elif name in _TUPLES:
            push(tuple([self.pop() for _ in range(_TUPLES[name])][::-1]))
        elif name in ("APPEND", "APPENDS"):
            values = [self.pop()] if name == "APPEND" else self.pop_mark()
            _require(type(self.top()) is list, "appends to something that is no list")
            self.top().extend(values)
        elif name in ("SETITEM", "SETITEMS"):
            items = [self.pop(), self.pop()][::-1] if name == "SETITEM" else self.pop_mark()
            _set_items(self.top(), items)
        elif name in ("BINPUT", "LONG_BINPUT", "MEMOIZE"):
            self.memo[len(self.memo) if name == "MEMOIZE" else argument] = self.top()
        elif name in ("BINGET", "LONG_BINGET"):
            _require(argument in self.memo, "the pickle refers to a value it has not made")
            push(self.memo[argument])
        elif name == "BINPERSID":
            push(_make_storage(self.pop(), self.storages))
        elif name == "REDUCE":
            arguments = self.pop()
            push(_reduce(self.pop(), arguments))
        elif name == "BUILD":
            # Attributes of an OrderedDict (module versions under `_metadata`): not tensors, not needed.
            self.pop()
            _require(type(self.top()) is dict, "sets attributes of something that is no dict")
        elif name not in ("PROTO", "FRAME"):
            raise Refused(f"the pickle uses {name}, which a state dict does not need")


def _read_pickle(data, what, storages):
    """The value of the pickle at `data`'s position, which is left behind its end."""
    machine = _Machine(storages)
    try:
        for opcode, argument, _ in pickletools.genops(data):
            if opcode.name == "STOP":
                break
            machine.step(opcode.name, argument)
    except (ValueError, IndexError, struct.error, OverflowError) as error:
        raise Refused(f"broken or truncated {what}") from error
    value = machine.pop()
    _require(not machine.stack and not machine.marks, f"{what} leaves values behind")
    return value


# ---- the file


def _read_header(data):
    """State dict, storages by key, and storage keys in file order; leaves `data` at the first storage."""
    storages = {}
    magic = _read_pickle(data, "magic number", {})
    _require(magic == MAGIC, "not a legacy torch.save file (wrong magic number)")
    protocol = _read_pickle(data, "protocol version", {})
    _require(protocol == PROTOCOL, f"protocol version {_show(protocol)}, expected {PROTOCOL}")
    system = _read_pickle(data, "system information", {})
    _require(type(system) is dict and system.get("little_endian") is True, "written on a big-endian machine")
    state = _read_pickle(data, "state dict", storages)
    _require(type(state) is dict, f"holds {_show(state)}, expected a state dict")
    _require(state, "the state dict is empty")
    for name, value in state.items():
        _require(isinstance(value, Tensor), f"entry {_show(name)} is {_show(value)}, expected a tensor")
        _require(name.isprintable(), f"tensor name {_show(name)} holds unprintable characters")
        _require(name != "__metadata__", "a tensor is named __metadata__")
    keys = _read_pickle(data, "list of storage keys", {})
    _require(type(keys) is list and all(type(key) is str for key in keys), "list of storage keys is no list of strings")
    _require(len(set(keys)) == len(keys), "a storage key is listed twice")
    _require(set(keys) == set(storages), "the list of storage keys does not match the state dict")
    return state, storages, keys


def _locate_storages(file, position, size, storages, keys):
    """Find each storage's elements from `position` on; they must fill the file of `size` bytes exactly."""
    for key in keys:
        storage = storages[key]
        file.seek(position)
        field = file.read(8)
        _require(len(field) == 8, f"truncated before storage {_show(key)}")
        (elements,) = struct.unpack("<q", field)
        _require(elements == storage.elements, f"storage {_show(key)} has {elements} elements, expected {storage.elements}")
        storage.offset = position + 8
        position = storage.offset + elements * storage.element_bytes
        _require(position <= size, f"truncated in storage {_show(key)}")
    _require(position == size, f"{size - position} bytes follow the last storage")


def read_state_dict(file, size):
    """Names and tensors of the legacy file `file` of `size` bytes; each tensor's storage knows its place in the file."""
    start = file.read(4)
    _require(start != b"PK\x03\x04", "a zip file: newer than the legacy torch.save format")
    _require(start[:1] == b"\x80", "not a legacy torch.save file" if start else "empty file")
    file.seek(0)
    data = io.BytesIO(file.read(min(size, MAX_PICKLE_BYTES)))
    state, storages, keys = _read_header(data)
    _locate_storages(file, data.tell(), size, storages, keys)
    return state


def _copy_range(source, target, offset, count):
    """Copy `count` bytes at `offset` of one file to the end of the other."""
    source.seek(offset)
    while count:
        chunk = source.read(min(count, CHUNK_BYTES))
        _require(chunk, "the file changed while it was read")
        target.write(chunk)
        count -= len(chunk)


def _gather(source, tensor):
    """The row-major bytes of a tensor that is not contiguous."""
    item = tensor.storage.element_bytes
    source.seek(tensor.storage.offset)
    data = source.read(tensor.storage.elements * item)
    _require(len(data) == tensor.storage.elements * item, "the file changed while it was read")
    elements = memoryview(data).cast({1: "B", 2: "H", 4: "I", 8: "Q"}[item])
    size, stride = tensor.shape[-1], max(tensor.strides[-1], 1)
    outer = (range(0, n * step, step) if step else (0,) for n, step in zip(tensor.shape[:-1], tensor.strides[:-1]))
    runs = []
    for offsets in itertools.product(*outer):
        start = tensor.offset + sum(offsets)
        runs.append(elements[start : start + (size - 1) * stride + 1 : stride].tobytes())
    return b"".join(runs)


def write_safetensors(source, target, state, metadata):
    """Write the tensors of `state`, whose elements lie in `source`, to the open file `target`."""
    order = sorted(state, key=lambda name: (-state[name].storage.element_bytes, name))
    entries, end = {}, 0
    for name in order:
        tensor = state[name]
        begin, end = end, end + tensor.byte_count()
        entries[name] = {"dtype": tensor.storage.dtype, "shape": list(tensor.shape), "data_offsets": [begin, end]}
    header = {"__metadata__": dict(sorted(metadata.items()))} if metadata else {}
    header.update((name, entries[name]) for name in sorted(entries))
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=True).encode()
    text += b" " * (-len(text) % 8)
    target.write(struct.pack("<Q", len(text)) + text)
    for name in order:
        tensor = state[name]
        if tensor.is_contiguous() or tensor.byte_count() == 0:
            offset = tensor.storage.offset + tensor.offset * tensor.storage.element_bytes
            _copy_range(source, target, offset, tensor.byte_count())
        else:
            target.write(_gather(source, tensor))


def convert(input_path, output_path, metadata):
    """Convert one file; raises Refused or OSError and then leaves no output behind."""
    with open(input_path, "rb") as source:
        size = os.fstat(source.fileno()).st_size
        state = read_state_dict(source, size)
        total = sum(tensor.byte_count() for tensor in state.values())
        _require(total <= MAX_GROWTH * size, f"tensors of {total} bytes in all from a file of {size}")
        folder, name = os.path.split(os.path.abspath(output_path))
        descriptor, temporary = tempfile.mkstemp(prefix="." + name + ".", dir=folder)
        try:
            with os.fdopen(descriptor, "wb") as target:
                write_safetensors(source, target, state, metadata)
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(temporary, 0o666 & ~umask)
            os.replace(temporary, output_path)
        except BaseException:
            os.unlink(temporary)
            raise


def _parse_metadata(text):
    """("key", "value") from "key=value"."""
    key, separator, value = text.partition("=")
    if not key or not separator:
        raise argparse.ArgumentTypeError(f"{text!r}, expected KEY=VALUE")
    return key, value


def main(argv=None):
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Convert a legacy torch.save state dict to safetensors.")
    parser.add_argument("input", help="legacy file (.pth)")
    parser.add_argument("output", help="safetensors file to write")
    parser.add_argument(
        "--metadata", type=_parse_metadata, action="append", default=[], help="KEY=VALUE for the header, repeatable"
    )
    arguments = parser.parse_args(argv)
    try:
        convert(arguments.input, arguments.output, dict(arguments.metadata))
    except Refused as error:
        print(f"convert_torch: {arguments.input}: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"convert_torch: {error.filename or arguments.input}: {error.strerror or error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
