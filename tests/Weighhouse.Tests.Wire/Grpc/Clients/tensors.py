"""What tf.make_tensor_proto and tf.make_ndarray do, in both of the forms in which they write."""
import numpy
from tensorflow.core.framework import tensor_pb2, types_pb2

LISTS = {
    "float32": ("DT_FLOAT", "float_val"),
    "float64": ("DT_DOUBLE", "double_val"),
    "int32": ("DT_INT32", "int_val"),
    "uint8": ("DT_UINT8", "int_val"),
    "int16": ("DT_INT16", "int_val"),
    "int8": ("DT_INT8", "int_val"),
    "uint16": ("DT_UINT16", "int_val"),
    "int64": ("DT_INT64", "int64_val"),
    "bool": ("DT_BOOL", "bool_val"),
    "float16": ("DT_HALF", "half_val"),
    "uint32": ("DT_UINT32", "uint32_val"),
    "uint64": ("DT_UINT64", "uint64_val"),
    "object": ("DT_STRING", "string_val"),
}


def make_tensor_proto(values, dtype=None, as_content=True):
    array = numpy.asarray(values, dtype=dtype)
    name, field = LISTS[array.dtype.name]
    proto = tensor_pb2.TensorProto(dtype=types_pb2.DataType.Value(name))
    for size in array.shape:
        proto.tensor_shape.dim.add(size=size)
    if field == "string_val":
        proto.string_val.extend(array.ravel().tolist())
    elif as_content:
        proto.tensor_content = array.tobytes()
    else:
        flat = array.ravel()
        getattr(proto, field).extend((flat.view("uint16") if field == "half_val" else flat).tolist())
    return proto


def make_ndarray(proto):
    name = types_pb2.DataType.Name(proto.dtype)
    dtype, field = next((dtype, field) for dtype, (known, field) in LISTS.items() if known == name)
    shape = [dim.size for dim in proto.tensor_shape.dim]
    values = list(getattr(proto, field))
    if field == "half_val":
        return numpy.array(values, dtype="uint16").view("float16").reshape(shape)
    return numpy.array(values, dtype=dtype).reshape(shape)
