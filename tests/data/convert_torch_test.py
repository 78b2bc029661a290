#!/usr/bin/env python3
"""Tests of data/convert_torch.py: what it converts, and what it refuses without leaving a file behind."""

import collections
import contextlib
import importlib.util
import io
import json
import os
import pickle
import struct
import subprocess
import sys
import tempfile
import types
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.join(ROOT, "data", "convert_torch.py")
_SPEC = importlib.util.spec_from_file_location("convert_torch", PROGRAM)
CONVERT_TORCH = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(CONVERT_TORCH)
MAGIC = 0x1950A86A20F9469CFC6C
SYSTEM = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
ELEMENT = {"FloatStorage": "f", "LongStorage": "q", "HalfStorage": "e", "ByteStorage": "B", "DoubleStorage": "d"}


def _global(module, name):
    """A class that pickles as `module.name`; pickling demands that the name leads back to it."""
    kind = type(name, (), {"__module__": module, "__qualname__": name})
    sys.modules.setdefault(module, types.ModuleType(module))
    setattr(sys.modules[module], name, kind)
    return kind


STORAGES = {name: _global("torch", name) for name in list(ELEMENT) + ["ComplexFloatStorage"]}
REBUILD = {name: _global("torch._utils", name) for name in ("_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_parameter")}


class Stored:
    """Elements of one storage as the legacy format names them."""

    def __init__(self, key, kind, values, claim=None, view=None):
        self.key, self.kind, self.values = key, kind, values
        self.claim = len(values) if claim is None else claim
        self.view = view


class Call:
    """Pickles as a call of `function`(*arguments)."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def tensor(storage, shape, strides, offset=0):
    """A legacy tensor of a state dict."""
    hooks = collections.OrderedDict()
    return Call(REBUILD["_rebuild_tensor_v2"], storage, offset, shape, strides, False, hooks)


class Pickler(pickle.Pickler):
    """Writes storages as persistent ids."""

    def persistent_id(self, value):
        """The id of a storage; None for anything else."""
        if isinstance(value, Stored):
            return ("storage", STORAGES[value.kind], value.key, "cpu", value.claim, value.view)
        return None


def pickled(value, protocol=2):
    """The pickle of `value` as bytes."""
    stream = io.BytesIO()
    Pickler(stream, protocol=protocol).dump(value)
    return stream.getvalue()


def legacy(state, storages, magic=MAGIC, version=1001, system=None, keys=None, protocol=2):
    """A whole legacy file; `state` may be bytes (a ready pickle)."""
    parts = [pickled(magic), pickled(version), pickled(SYSTEM if system is None else system)]
    parts.append(state if isinstance(state, bytes) else pickled(state, protocol))
    parts.append(pickled(sorted(s.key for s in storages) if keys is None else keys))
    for storage in sorted(storages, key=lambda s: s.key):
        parts.append(struct.pack("<q", len(storage.values)))
        parts.append(struct.pack(f"<{len(storage.values)}{ELEMENT[storage.kind]}", *storage.values))
    return b"".join(parts)


def sample(protocol=2):
    """A small state dict with several types, a scalar, a view and module versions; and its storages."""
    a = Stored("10", "FloatStorage", [0.5 * i for i in range(6)])
    b = Stored("20", "LongStorage", [-7])
    c = Stored("30", "HalfStorage", [1.0, 2.0, -3.0])
    state = collections.OrderedDict()
    state["z.weight"] = tensor(a, (2, 3), (3, 1))
    state["bn.num_batches_tracked"] = tensor(b, (), ())
    state["a.bias"] = tensor(c, (3,), (1,))
    state["z.tied"] = tensor(a, (2,), (1,), offset=4)
    state._metadata = {"": {"version": 2}}
    return legacy(state, [a, b, c], protocol=protocol)


def read_safetensors(path):
    """Header and {name: (dtype, shape, bytes)} of a safetensors file, whose layout is checked."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    body = data[8 + length :]
    assert length % 8 == 0 and list(header) == sorted(header)
    spans = sorted(tuple(entry["data_offsets"]) for entry in header.values())
    assert spans[0][0] == 0 and spans[-1][1] == len(body)
    assert all(left[1] == right[0] for left, right in zip(spans, spans[1:]))
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = (entry["dtype"], entry["shape"], body[begin:end])
    return metadata, tensors


class ConvertTorch(unittest.TestCase):
    """Runs the program on hand-made files in a folder of its own."""

    own_process = False  # True: under a time limit, and where nothing of this test can be reached

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.input = os.path.join(self.folder.name, "weights.pth")
        self.output = os.path.join(self.folder.name, "weights.safetensors")

    def tearDown(self):
        self.folder.cleanup()

    def run_program(self, data, *flags):
        """Convert `data`; returns the finished process."""
        with open(self.input, "wb") as file:
            file.write(data)
        arguments = [self.input, self.output, *flags]
        if self.own_process:
            command = [sys.executable, "-I", PROGRAM, *arguments]
            return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        with contextlib.redirect_stderr(io.StringIO()) as errors:
            try:
                status = CONVERT_TORCH.main(arguments)
            except SystemExit as exit_call:
                status = exit_call.code
        return subprocess.CompletedProcess(arguments, status, "", errors.getvalue())

    def convert(self, data, *flags):
        """Metadata and tensors of the conversion, which must succeed."""
        done = self.run_program(data, *flags)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return read_safetensors(self.output)

    def assert_refused(self, data, cause=""):
        """The program says why in one line, exits with 1 and leaves only its input."""
        done = self.run_program(data)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith(f"convert_torch: {self.input}: "), done.stderr)
        self.assertIn(cause, done.stderr)
        self.assertLess(len(done.stderr), 1000)
        self.assertEqual(os.listdir(self.folder.name), ["weights.pth"])

    # ---- what is converted

    def test_round_trip(self):
        self.own_process = True
        for protocol in (2, 3, 4):
            metadata, tensors = self.convert(sample(protocol), "--metadata", "arch=tiny", "--metadata", "source=a=b")
            self.assertEqual(metadata, {"arch": "tiny", "source": "a=b"})
            expected = {
                "z.weight": ("F32", [2, 3], struct.pack("<6f", 0, 0.5, 1, 1.5, 2, 2.5)),
                "bn.num_batches_tracked": ("I64", [], struct.pack("<q", -7)),
                "a.bias": ("F16", [3], struct.pack("<3e", 1, 2, -3)),
                "z.tied": ("F32", [2], struct.pack("<2f", 2, 2.5)),
            }
            self.assertEqual(tensors, expected)

    def test_same_input_gives_same_bytes(self):
        contents = []
        for _ in range(2):
            self.convert(sample(), "--metadata", "b=1", "--metadata", "a=2")
            with open(self.output, "rb") as file:
                contents.append(file.read())
        self.assertEqual(contents[0], contents[1])

    def test_views_are_written_row_major(self):
        s = Stored("1", "FloatStorage", list(range(24)))
        state = {
            "transposed": tensor(s, (3, 2), (1, 3)),
            "column": tensor(s, (4,), (6,), offset=1),
            "permuted": tensor(s, (4, 2, 3), (1, 12, 4)),
            "unit": tensor(s, (1, 2, 1), (0, 2, 99)),
            "empty": tensor(s, (0, 5), (5, 1)),
        }
        _, tensors = self.convert(legacy(state, [s]))
        expected = {
            "transposed": [0, 3, 1, 4, 2, 5],
            "column": [1, 7, 13, 19],
            "permuted": [i + 12 * j + 4 * k for i in range(4) for j in range(2) for k in range(3)],
            "unit": [0, 2],
            "empty": [],
        }
        for name, values in expected.items():
            self.assertEqual(tensors[name][2], struct.pack(f"<{len(values)}f", *values), name)

    def test_older_calls_are_known(self):
        s = Stored("1", "DoubleStorage", [1.0, 2.0])
        old = Call(REBUILD["_rebuild_tensor"], s, 0, (2,), (1,))
        state = {"old": old, "parameter": Call(REBUILD["_rebuild_parameter"], old, True, collections.OrderedDict())}
        _, tensors = self.convert(legacy(state, [s]))
        for name in state:
            self.assertEqual(tensors[name], ("F64", [2], struct.pack("<2d", 1, 2)))

    # ---- what is refused

    def test_hostile_pickles_run_nothing(self):
        self.own_process = True
        trace = os.path.join(self.folder.name, "trace")
        for function, argument in ((os.system, f"touch '{trace}'"), (eval, f"open({trace!r}, 'w')")):
            for protocol in (0, 1, 2, 3, 4):
                state = pickled({"w": Call(function, argument)}, protocol)
                self.assert_refused(legacy(state, []), "the pickle")
        bare = b"\x80\x02cposix\nsystem\nX\x04\x00\x00\x00true\x85R."
        self.assert_refused(bare, "posix.system")
        self.assert_refused(legacy(b"\x80\x02cbuiltins\neval\nX\x01\x00\x00\x001\x85R.", []), "builtins.eval")
        self.assert_refused(legacy(b"\x80\x02ctorch._utils\n_rebuild_tensor.__globals__\n.", []), "the pickle asks for")
        self.assert_refused(legacy(b"\x80\x02ctorch\nFloatStorage\n)R.", []), "the pickle calls")
        self.assert_refused(legacy(b"\x80\x02ccollections\nOrderedDict\n}b.", []), "attributes")
        self.assertFalse(os.path.exists(trace))

    def test_bombs_are_refused_quickly(self):
        self.own_process = True
        nested = ()
        for _ in range(60):
            nested = (nested, nested)
        self.assert_refused(legacy({}, [], version=nested), "protocol version a tuple")
        doubling = b"q\x00h\x00\x86" * 60  # a tuple whose hash would take 2^60 steps
        self.assert_refused(legacy(b"\x80\x02})" + doubling + b"K\x01s.", []), "dict key of type tuple")
        self.assert_refused(legacy({"w": nested}, []), "is a tuple")
        self.assert_refused(b"\x80\x02K\x01r\xff\xff\xff\xff" + sample())
        self.assert_refused(b"\x80\x02X\xff\xff\xff\xff" + sample(), "truncated")
        self.assert_refused(b"\x80\x04\x8d" + b"\xff" * 8 + sample(), "truncated")
        s = Stored("1", "FloatStorage", [1.0] * 1000)
        state = {f"w{i}": tensor(s, (1000,), (1,)) for i in range(1000)}
        self.assert_refused(legacy(state, [s]), "bytes in all")

    def test_every_truncation_is_refused(self):
        data = sample()
        offsets = set(range(0, len(data), 3)) | set(range(len(data) - 60, len(data)))
        for offset in sorted(offsets):
            self.assert_refused(data[:offset])

    def test_damaged_bytes_never_crash(self):
        data = sample()
        for offset in range(len(data)):
            damaged = data[:offset] + bytes([data[offset] ^ 0xFF]) + data[offset + 1 :]
            done = self.run_program(damaged)
            self.assertIn(done.returncode, (0, 1), (offset, done.stderr))
            self.assertLessEqual(done.stderr.count("\n"), 1, (offset, done.stderr))
            if done.returncode == 0:
                os.unlink(self.output)

    def test_other_formats_are_refused(self):
        self.assert_refused(b"", "empty file")
        self.assert_refused(b"PK\x03\x04" + bytes(100), "zip file")
        self.assert_refused(b"hello, world", "not a legacy")
        self.assert_refused(pickled({"w": [1, 2]}), "magic")
        self.assert_refused(legacy({}, [], magic=MAGIC + 1), "magic")
        self.assert_refused(legacy({}, [], version=1000), "protocol version 1000")
        self.assert_refused(legacy({}, [], system=dict(SYSTEM, little_endian=False)), "big-endian")
        self.assert_refused(legacy({}, []), "empty")
        self.assert_refused(sample() + b"x", "1 bytes follow")

    def test_odd_entries_are_refused(self):
        s = Stored("1", "FloatStorage", [1.0])
        self.assert_refused(legacy([tensor(s, (1,), (1,))], [s]), "expected a state dict")
        self.assert_refused(legacy({"epoch": 3, "w": tensor(s, (1,), (1,))}, [s]), "entry 'epoch' is 3")
        self.assert_refused(legacy({"__metadata__": tensor(s, (1,), (1,))}, [s]), "__metadata__")
        self.assert_refused(legacy({"a\nb": tensor(s, (1,), (1,))}, [s]), "unprintable")
        self.assert_refused(legacy({"w": tensor(Stored("1", "ComplexFloatStorage", []), (0,), (1,))}, []), "Complex")
        self.assert_refused(legacy({"w": tensor("1", (1,), (1,))}, []), "without a storage")
        hooks = collections.OrderedDict(hook=1)
        call = Call(REBUILD["_rebuild_tensor_v2"], s, 0, (1,), (1,), False, hooks)
        self.assert_refused(legacy({"w": call}, [s]), "hooks")

    def test_bad_sizes_are_refused(self):
        def state(shape=(2,), strides=(1,), offset=0, claim=None, view=None):
            storage = Stored("1", "FloatStorage", [1.0, 2.0], claim, view)
            return legacy({"w": tensor(storage, shape, strides, offset)}, [storage])

        self.convert(state())
        os.unlink(self.output)
        for claim in (-1, 1 << 62, 1 << 63, 1 << 80, 1.5, "2", True, None.__class__, 3, 1 << 40):
            self.assert_refused(state(shape=(0,), claim=claim))
        for shape in ((3,), (-1,), (1 << 62, 1 << 62), (1.0,), [2], (True,), (2,) * 20):
            self.assert_refused(state(shape=shape, strides=(1,) * len(shape)))
        for strides in ((2,), (-1,), (0,), (), (1 << 70,)):
            self.assert_refused(state(strides=strides))
        for offset in (1, -1, 1 << 62, None, "0"):
            self.assert_refused(state(offset=offset))
        self.assert_refused(state(view=("2", 0, 1)), "view")

    def test_storages_must_match_the_list(self):
        s = Stored("1", "FloatStorage", [1.0])
        state = {"w": tensor(s, (1,), (1,))}
        for keys in ([], ["2"], ["1", "1"], ["1", "2"], [1], "1", {"1": 1}):
            self.assert_refused(legacy(state, [s], keys=keys))
        twice = {"w": tensor(s, (1,), (1,)), "v": tensor(Stored("1", "LongStorage", [1]), (1,), (1,))}
        self.assert_refused(legacy(twice, [s]), "declared twice")

    def test_files_that_cannot_be_used(self):
        done = subprocess.run(
            [sys.executable, PROGRAM, self.input, self.output], capture_output=True, text=True, check=False
        )
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, f"convert_torch: {self.input}: No such file or directory\n")
        self.output = os.path.join(self.folder.name, "missing", "out")
        done = self.run_program(sample())
        self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1))
        self.assertIn("missing", done.stderr)
        self.assertEqual(self.run_program(sample(), "--metadata", "x").returncode, 2)

    def test_a_refused_file_keeps_the_old_output(self):
        self.convert(sample())
        with open(self.output, "rb") as file:
            before = file.read()
        self.assertEqual(self.run_program(sample()[:-1]).returncode, 1)
        with open(self.output, "rb") as file:
            self.assertEqual(file.read(), before)


if __name__ == "__main__":
    unittest.main()
