"""Between tensors of the wire and arrays of numpy."""
import numpy

from . import wire

_BFLOAT16 = 10
_TYPES = ["?", "u1", "<u2", "<u4", "<u8", "i1", "<i2", "<i4", "<i8", "<f2", "<u2", "<f4", "<f8"]
_DTYPES = [numpy.dtype(name) for name in _TYPES]
ELEMENTS = {dtype: number for number, dtype in enumerate(_DTYPES) if number != _BFLOAT16}


def element_of(dtype):
    """The number of the element that values of a dtype travel as."""
    dtype = numpy.dtype(dtype)
    if dtype in ELEMENTS:
        return ELEMENTS[dtype]
    if dtype.kind in "fc":
        return ELEMENTS[numpy.dtype("<f8")]
    return wire.TEXT


def arrays(frame, raw_texts):
    """Views over the buffer that the request lies in: they are good until the model has answered."""
    return [_array(frame, raw_texts, *tensor) for tensor in wire.described(frame)]


def _array(frame, raw_texts, element, shape, begin, size):
    if element == wire.TEXT:
        count = 1
        for one in shape:
            count *= one
        items = wire.texts(frame, begin, size, count)
        found = numpy.empty(count, dtype=object)
        found[:] = items if raw_texts else [item.decode() for item in items]
        return found.reshape(shape)
    found = numpy.frombuffer(frame.view, dtype=numpy.uint8, count=size, offset=begin).view(_DTYPES[element]).reshape(shape)
    if element != _BFLOAT16:
        return found
    return (found.astype(numpy.uint32) << 16).view(numpy.float32)


def of(place, port, value):
    """An output as it travels: (place, element, shape, buffers). The array is sent from where it lies when its type is the port's."""
    value = numpy.asarray(value.to_numpy() if hasattr(value, "to_numpy") else value)
    element = port["element"]
    if element == wire.TEXT:
        items = [item if isinstance(item, bytes) else str(item).encode() for item in value.reshape(-1).tolist()]
        return place, element, value.shape, wire.text_buffers(items)
    if value.dtype != _DTYPES[element]:
        if not numpy.can_cast(value.dtype, _DTYPES[element], casting="same_kind"):
            raise TypeError("the output '%s' is of %s and the model says %s" % (port["name"], value.dtype, _DTYPES[element]))
        value = value.astype(_DTYPES[element])
    value = numpy.ascontiguousarray(value)
    return place, element, value.shape, [value.reshape(-1).view(numpy.uint8)]
