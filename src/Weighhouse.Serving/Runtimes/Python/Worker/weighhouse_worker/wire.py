"""Frames over a Unix socket. Everything is little-endian; one request is under way at a time, so nothing is ever read ahead.

A frame begins with its length in bytes (8), its kind (4), the number of its tensors (4), the number of the request (8) and one more
number (8): in a request the outputs that are asked for, a bit each; in an answer the most memory that this process has held.
A frame of talk goes on with JSON. A frame of tensors goes on with a description of each (element 1, rank 1, place 2, nothing 4,
bytes 8, dimensions 8 each), then their bytes, each beginning at a multiple of 64 from the frame's beginning. A tensor of texts is the
end of each text (4 each), then the texts.
"""
import json
import mmap
import struct

HELLO, LOAD, LOADED, FAILED, RUN, DONE, REFUSED, PING, PONG = range(1, 10)
TEXT = 13
ALL_OUTPUTS = (1 << 64) - 1

_head = struct.Struct("<QIIQQ")
_port = struct.Struct("<BBHIQ")
_sizes = [struct.Struct("<%dq" % rank) for rank in range(33)]
_pads = [bytes(count) for count in range(64)]

_SMALL_BYTES = 64 << 10
_KEPT_BYTES = 16 << 20
_BUFFERS_MAX = 512


class Closed(Exception):
    """The server is gone, or wants this process to be."""


class Frame:
    __slots__ = ("kind", "count", "number", "more", "view")

    def talk(self):
        return json.loads(bytes(self.view[_head.size:])) if len(self.view) > _head.size else {}


class Wire:
    """The connection to the server, and the one buffer that requests are received into."""

    def __init__(self, socket):
        self._socket = socket
        self._take(_SMALL_BYTES)

    def _take(self, size):
        # Pages of its own: tensors in it are aligned for every instruction, and who still looks at an old one keeps that.
        self._buffer = mmap.mmap(-1, size)
        self._view = memoryview(self._buffer)

    def receive(self):
        if len(self._view) > _KEPT_BYTES:
            self._take(_SMALL_BYTES)
        got = 0
        while got < _head.size:
            got += self._receive(got)
        frame = Frame()
        length, frame.kind, frame.count, frame.number, frame.more = _head.unpack_from(self._view)
        if length > len(self._view):
            start = bytes(self._view[:got])
            self._take(max(length, _KEPT_BYTES) if length > _KEPT_BYTES else 1 << (length - 1).bit_length())
            self._view[:got] = start
        while got < length:
            got += self._receive(got)
        frame.view = self._view[:length]
        return frame

    def _receive(self, at):
        count = self._socket.recv_into(self._view[at:])
        if count == 0:
            raise Closed()
        return count

    def say(self, kind, words=None, number=0, more=0):
        body = json.dumps(words).encode() if words is not None else b""
        self._send([_head.pack(_head.size + len(body), kind, 0, number, more), body])

    def send(self, kind, number, more, tensors):
        """Tensors are (place, element, shape, bytes): whatever has the buffer protocol is sent from where it lies."""
        ports, parts, at = [], [], 0
        for place, element, shape, buffers in tensors:
            size = sum(buffer.nbytes if hasattr(buffer, "nbytes") else len(buffer) for buffer in buffers)
            ports.append(_port.pack(element, len(shape), place, 0, size) + _sizes[len(shape)].pack(*shape))
            if size:
                parts.append(_pads[-at % 64])
                parts.extend(buffers)
                at += -at % 64 + size
        described = b"".join(ports)
        start = _head.size + len(described)
        pad = _pads[-start % 64] if at else b""
        head = _head.pack(start + len(pad) + at, kind, len(ports), number, more)
        self._send([head + described + pad] + parts)

    def _send(self, parts):
        parts = [memoryview(part).cast("B") if not isinstance(part, memoryview) else part for part in parts if len(part)]
        while parts:
            sent = self._socket.sendmsg(parts[:_BUFFERS_MAX])
            while parts and sent >= parts[0].nbytes:
                sent -= parts.pop(0).nbytes
            if sent:
                parts[0] = parts[0].cast("B")[sent:]


def described(frame):
    """The (element, shape, where it begins, bytes) of each tensor of a frame."""
    at = _head.size
    found = []
    for _ in range(frame.count):
        element, rank, _, _, size = _port.unpack_from(frame.view, at)
        at += _port.size
        found.append((element, _sizes[rank].unpack_from(frame.view, at), size))
        at += 8 * rank
    begin = at + -at % 64
    placed = []
    for element, shape, size in found:
        begin += -begin % 64
        placed.append((element, shape, begin, size))
        begin += size
    return placed


def texts(frame, begin, size, count):
    """The bytes of each text of a tensor."""
    ends = struct.unpack_from("<%dI" % count, frame.view, begin)
    data = frame.view[begin + 4 * count:begin + size]
    start, found = 0, []
    for end in ends:
        found.append(bytes(data[start:end]))
        start = end
    return found


def text_buffers(items):
    """Texts as they travel."""
    ends, total = [], 0
    for item in items:
        total += len(item)
        ends.append(total)
    if total >= 1 << 32:
        raise ValueError("an output has %d bytes of text; at most 4 GiB fit" % total)
    return [struct.pack("<%dI" % len(ends), *ends), b"".join(items)]
