import sys

import grpc
import numpy
from case import expect, main, refused
from google.protobuf import wrappers_pb2
from tensors import LISTS, make_ndarray, make_tensor_proto
from tensorflow.core.framework import tensor_pb2, types_pb2
from tensorflow_serving.apis import get_model_metadata_pb2, get_model_status_pb2, model_service_pb2_grpc, predict_pb2
from tensorflow_serving.apis import prediction_service_pb2_grpc
from tensorflow_serving.apis.prediction_service_pb2_grpc import PredictionServiceStub

ECHO = {
    "bool": "bool", "uint8": "uint8", "uint16": "uint16", "uint32": "uint32", "uint64": "uint64", "int8": "int8", "int16": "int16",
    "int32": "int32", "int64": "int64", "float16": "float16", "float32": "float32", "float64": "float64", "object": "string",
}


def predict(channel, name, tensors, timeout=30, **spec):
    request = predict_pb2.PredictRequest(output_filter=spec.pop("output_filter", []))
    request.model_spec.name = name
    version = spec.pop("version", None)
    if version is not None:
        request.model_spec.version.value = version
    for key, value in spec.items():
        setattr(request.model_spec, key, value)
    for alias, tensor in tensors.items():
        request.inputs[alias].CopyFrom(tensor)
    return PredictionServiceStub(channel).Predict(request, timeout)


def reference_client(channel):
    """As people write it."""
    stub = prediction_service_pb2_grpc.PredictionServiceStub(channel)
    for as_content in [True, False]:
        request = predict_pb2.PredictRequest()
        request.model_spec.name = "sums"
        request.model_spec.signature_name = "serving_default"
        request.inputs["input"].CopyFrom(make_tensor_proto([[1, 2, 3]], dtype="float32", as_content=as_content))
        response = stub.Predict(request, 10.0)
        assert make_ndarray(response.outputs["output"]).tolist() == [[6, 1]]
        assert response.model_spec.name == "sums"
        assert response.model_spec.signature_name == "serving_default"
        assert response.model_spec.version.value == 1


ROW = {"input": make_tensor_proto([[1, 2, 3]], dtype="float32")}


def versions_and_labels(channel):
    for spec, version in [({}, 1), ({"version": 1}, 1), ({"version": 2}, 2), ({"version_label": "next"}, 2)]:
        response = predict(channel, "sums", ROW, **spec)
        assert response.model_spec.version.value == version, spec
        assert make_ndarray(response.outputs["output"])[0, 0] == [6, 60][version - 1]


def every_type(channel):
    """What goes in comes out, the extremes of each type among it, as content and as list."""
    for dtype, model in ECHO.items():
        if dtype == "object":
            values = numpy.array([[b"a", b""], ["数据".encode(), b"x\x00"], [b"x" * 300, b"c"]], dtype=object)
        elif dtype == "bool":
            values = numpy.array([[True, False], [False, True], [True, True]])
        elif dtype.startswith("float"):
            info = numpy.finfo(dtype)
            values = numpy.array([[info.min, info.max], [info.tiny, -0.0], [numpy.inf, 1 / 3]], dtype=dtype)
        else:
            info = numpy.iinfo(dtype)
            values = numpy.array([[info.min, info.max], [0, 1], [2, 100]], dtype=dtype)
        for as_content in [True, False]:
            tensor = make_tensor_proto(values, as_content=as_content)
            answer = predict(channel, f"echo-{model}", {"x": tensor}).outputs["y"]
            assert answer.dtype == tensor.dtype and answer.tensor_shape == tensor.tensor_shape
            got = make_ndarray(answer)
            assert got.tobytes() == values.tobytes() if dtype != "object" else got.tolist() == values.tolist(), (dtype, got)
    content = tensor_pb2.TensorProto(dtype=types_pb2.DT_STRING, tensor_content=b"\x01\x00\x03abcd")
    for size in [1, 3]:
        content.tensor_shape.dim.add(size=size)
    assert list(predict(channel, "echo-string", {"x": content}).outputs["y"].string_val) == [b"a", b"", b"bcd"]


def short_lists(channel):
    """Of a list that is too short the last element stands for the rest, of an empty one a zero."""
    for values, expected in [([], [0, 0, 0, 0]), ([7], [7, 7, 7, 7]), ([7, 8], [7, 8, 8, 8]), ([1, 2, 3, 4, 5], [1, 2, 3, 4])]:
        for dtype, model in ECHO.items():
            if dtype == "bool":
                continue
            name, field = LISTS[dtype]
            proto = tensor_pb2.TensorProto(dtype=types_pb2.DataType.Value(name))
            for size in [2, 2]:
                proto.tensor_shape.dim.add(size=size)
            getattr(proto, field).extend([b"%d" % value if dtype == "object" else value for value in values])
            answer = list(getattr(predict(channel, f"echo-{model}", {"x": proto}).outputs["y"], field))
            if dtype == "object":
                wanted = [b"%d" % value for value in expected] if values else [b""] * 4
            else:
                wanted = expected
            assert answer == wanted, (dtype, answer)


def output_filter(channel):
    assert list(predict(channel, "sums", ROW, output_filter=["output"]).outputs) == ["output"]
    error = refused(lambda: predict(channel, "sums", ROW, output_filter=["other"]))
    expect(error, grpc.StatusCode.INVALID_ARGUMENT,
           "output tensor alias not found in signature: other Outputs expected to be in the set {output}.")
    error = refused(lambda: predict(channel, "sums", ROW, output_filter=["output", "output"]))
    expect(error, grpc.StatusCode.INVALID_ARGUMENT, "duplicate output tensor alias: output")


def wrong_inputs(channel):
    error = refused(lambda: predict(channel, "sums", {}))
    expect(error, grpc.StatusCode.INVALID_ARGUMENT,
           "input size does not match signature: 0!=1 len({}) != len({input}). Sent extra: {}. Missing but required: {input}.")
    error = refused(lambda: predict(channel, "sums", {**ROW, "more": ROW["input"]}))
    expect(error, grpc.StatusCode.INVALID_ARGUMENT,
           "input size does not match signature: 2!=1 len({input,more}) != len({input}). Sent extra: {more}. Missing but required: {}.")
    error = refused(lambda: predict(channel, "sums", {"other": ROW["input"]}))
    expect(error, grpc.StatusCode.INVALID_ARGUMENT,
           "input tensor alias not found in signature: other. Inputs expected to be in the set {input}.")
    for wrong in [make_tensor_proto([[1, 2, 3]], dtype="float64"), make_tensor_proto([[1, 2]], dtype="float32")]:
        expect(refused(lambda: predict(channel, "sums", {"input": wrong})), grpc.StatusCode.INVALID_ARGUMENT, "The input 'input'")


def wrong_tensors(channel):
    """Shapes that lie, in every way: refused, and nothing is filled for them."""

    def proto(dtype="DT_FLOAT", shape=(), **fields):
        tensor = tensor_pb2.TensorProto(dtype=types_pb2.DataType.Value(dtype), **fields)
        for size in shape:
            tensor.tensor_shape.dim.add(size=size)
        return tensor

    unknown = proto()
    unknown.tensor_shape.unknown_rank = True
    wrong = [
        proto(shape=[1, 3], tensor_content=b"\0" * 11), proto(shape=[1, 3], tensor_content=b"\0" * 13), proto(shape=[-1, 3]),
        proto(shape=[2**31, 3]), proto(shape=[2**62, 2**62]), proto(shape=[2**31 - 1], float_val=[1]), proto(shape=[1] * 1000), unknown,
        proto("DT_COMPLEX64", [1], scomplex_val=[1, 2]), proto("DT_INVALID", [1]), proto("DT_STRING", [2], tensor_content=b"\x05\x05abc"),
        proto("DT_STRING", [2**31 - 1], string_val=[b"x"]), proto("DT_STRING", [2], tensor_content=b"\xff" * 20),
    ]
    for tensor in wrong:
        error = refused(lambda: predict(channel, "sums", {"input": tensor}))
        expect(error, grpc.StatusCode.INVALID_ARGUMENT, "tensor parsing error: input (")
    reference_client(channel)


def unknown(channel):
    error = refused(lambda: predict(channel, "nothing", ROW))
    expect(error, grpc.StatusCode.NOT_FOUND, "Servable not found for request: Latest(nothing)")
    error = refused(lambda: predict(channel, "sums", ROW, version=9))
    expect(error, grpc.StatusCode.NOT_FOUND, "Servable not found for request: Specific(sums, 9)")
    error = refused(lambda: predict(channel, "sums", ROW, version_label="no"))
    expect(error, grpc.StatusCode.INVALID_ARGUMENT, "Unrecognized servable version label: no")
    error = refused(lambda: predict(channel, "sums", ROW, signature_name="other"))
    expect(error, grpc.StatusCode.FAILED_PRECONDITION, 'Serving signature key "other" not found.')
    error = refused(lambda: PredictionServiceStub(channel).Predict(predict_pb2.PredictRequest(), 10))
    expect(error, grpc.StatusCode.INVALID_ARGUMENT, "Missing ModelSpec")
    expect(refused(lambda: predict(channel, "", ROW)), grpc.StatusCode.INVALID_ARGUMENT, "ModelSpec has no name specified.")


def metadata(channel):
    stub = PredictionServiceStub(channel)
    request = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
    request.model_spec.name = "sums"
    response = stub.GetModelMetadata(request, 10)
    assert response.model_spec.version.value == 1
    signatures = get_model_metadata_pb2.SignatureDefMap()
    assert response.metadata["signature_def"].Unpack(signatures)
    signature = signatures.signature_def["serving_default"]
    assert signature.method_name == "tensorflow/serving/predict"
    info = signature.inputs["input"]
    assert info.name == "input" and info.dtype == types_pb2.DT_FLOAT
    assert [(dim.size, dim.name) for dim in info.tensor_shape.dim] == [(-1, "batch"), (3, "")]
    assert [dim.size for dim in signature.outputs["output"].tensor_shape.dim] == [-1, 2]
    del request.metadata_field[:]
    expect(refused(lambda: stub.GetModelMetadata(request)), grpc.StatusCode.INVALID_ARGUMENT,
           "GetModelMetadataRequest must specify at least one metadata_field")
    request.metadata_field.append("other")
    expect(refused(lambda: stub.GetModelMetadata(request)), grpc.StatusCode.INVALID_ARGUMENT, "Metadata field other is not supported")


def status(channel):
    stub = model_service_pb2_grpc.ModelServiceStub(channel)

    def versions(**spec):
        request = get_model_status_pb2.GetModelStatusRequest()
        for key, value in spec.items():
            if key == "version":
                request.model_spec.version.value = value
            else:
                setattr(request.model_spec, key, value)
        answer = stub.GetModelStatus(request, 10)
        return [(row.version, row.state, row.status.error_code, row.status.error_message) for row in answer.model_version_status]

    available = get_model_status_pb2.ModelVersionStatus.AVAILABLE
    assert versions(name="sums") == [(2, available, 0, ""), (1, available, 0, "")]
    assert versions(name="sums", version=1) == [(1, available, 0, "")]
    assert versions(name="sums", version_label="next") == [(2, available, 0, "")]
    expect(refused(lambda: versions(name="nothing")), grpc.StatusCode.NOT_FOUND, "Could not find any versions of model nothing")
    expect(refused(lambda: versions(name="sums", version=9)), grpc.StatusCode.NOT_FOUND, "Could not find version 9 of model sums")


def large(channel):
    """64 MB there and back, in both forms, plain and compressed."""
    values = numpy.random.default_rng(7).standard_normal((4096, 4096), dtype="float32")
    for as_content in [True, False]:
        answer = predict(channel, "echo-float32", {"x": make_tensor_proto(values, as_content=as_content)}, timeout=120).outputs["y"]
        got = numpy.frombuffer(answer.tensor_content, "float32") if answer.tensor_content else numpy.fromiter(answer.float_val, "float32")
        assert got.tobytes() == values.tobytes()
    request = predict_pb2.PredictRequest()
    request.model_spec.name = "echo-int64"
    zeros = make_tensor_proto(numpy.zeros((1024, 1024), dtype="int64"))
    request.inputs["x"].CopyFrom(zeros)
    answer = PredictionServiceStub(channel).Predict(request, 60, compression=grpc.Compression.Gzip)
    assert len(answer.outputs["y"].int64_val) == 1024 * 1024


def deadline(channel):
    """A deadline that has passed ends the call with its own status, and the next call is answered."""
    big = {"x": make_tensor_proto(numpy.zeros((2048, 2048), dtype="float32"))}
    expect(refused(lambda: predict(channel, "echo-float32", big, timeout=0.001)), grpc.StatusCode.DEADLINE_EXCEEDED, "")
    reference_client(channel)


if __name__ == "__main__":
    main(vars(sys.modules[__name__]))
