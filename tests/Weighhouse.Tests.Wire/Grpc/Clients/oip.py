import struct
import sys
import threading

import grpc
import numpy
from case import expect, main, refused
import grpc_service_pb2 as pb
from grpc_service_pb2_grpc import GRPCInferenceServiceStub as Stub
import model_config_pb2

TYPES = {
    "BOOL": ("bool", "bool_contents"), "UINT8": ("uint8", "uint_contents"), "UINT16": ("uint16", "uint_contents"),
    "UINT32": ("uint32", "uint_contents"), "UINT64": ("uint64", "uint64_contents"), "INT8": ("int8", "int_contents"),
    "INT16": ("int16", "int_contents"), "INT32": ("int32", "int_contents"), "INT64": ("int64", "int64_contents"),
    "FP16": ("float16", None), "FP32": ("float32", "fp32_contents"), "FP64": ("float64", "fp64_contents"),
}


def request(model="sums", values=((1, 2, 3),), name="input", datatype="FP32", raw=True, version="", **more):
    array = numpy.asarray(values, dtype=TYPES[datatype][0])
    asked = pb.ModelInferRequest(model_name=model, model_version=version, **more)
    tensor = asked.inputs.add(name=name, datatype=datatype, shape=array.shape)
    if raw:
        asked.raw_input_contents.append(array.tobytes())
    else:
        getattr(tensor.contents, TYPES[datatype][1]).extend(array.ravel().tolist())
    return asked


def answer_of(response, dtype="float32"):
    (output,) = response.outputs
    return numpy.frombuffer(response.raw_output_contents[0], dtype).reshape(list(output.shape))


def server(channel):
    stub = Stub(channel)
    assert stub.ServerLive(pb.ServerLiveRequest()).live
    assert stub.ServerReady(pb.ServerReadyRequest()).ready
    metadata = stub.ServerMetadata(pb.ServerMetadataRequest())
    assert metadata.name == "weighhouse" and metadata.version and "binary_tensor_data" in metadata.extensions


def model(channel):
    stub = Stub(channel)
    assert stub.ModelReady(pb.ModelReadyRequest(name="sums")).ready
    assert stub.ModelReady(pb.ModelReadyRequest(name="sums", version="2")).ready
    metadata = stub.ModelMetadata(pb.ModelMetadataRequest(name="sums"))
    assert metadata.name == "sums" and list(metadata.versions) == ["1", "2"] and metadata.platform == "onnxruntime_onnx"
    assert [(port.name, port.datatype, list(port.shape)) for port in metadata.inputs] == [("input", "FP32", [-1, 3])]
    assert [(port.name, port.datatype, list(port.shape)) for port in metadata.outputs] == [("output", "FP32", [-1, 2])]
    assert list(stub.ModelMetadata(pb.ModelMetadataRequest(name="sums", version="2")).versions) == ["2"]
    config = stub.ModelConfig(pb.ModelConfigRequest(name="sums")).config
    assert config.name == "sums" and config.backend == "onnxruntime" and config.max_batch_size == 0
    assert config.input[0].data_type == model_config_pb2.TYPE_FP32 and list(config.input[0].dims) == [-1, 3]


def infer(channel):
    """Raw and typed contents; the id comes back, the version is that which answered, and the parameters are taken."""
    stub = Stub(channel)
    for raw in [True, False]:
        response = stub.ModelInfer(request(raw=raw, id="mine"), timeout=10)
        assert answer_of(response).tolist() == [[6, 1]]
        assert (response.model_name, response.model_version, response.id) == ("sums", "1", "mine")
        assert (response.outputs[0].name, response.outputs[0].datatype) == ("output", "FP32")
    assert stub.ModelInfer(request(version="2")).model_version == "2"
    asked = request()
    asked.outputs.add(name="output")
    asked.parameters["priority"].int64_param = 1
    asked.parameters["timeout"].int64_param = 10_000_000
    assert answer_of(stub.ModelInfer(asked)).tolist() == [[6, 1]]
    rows = numpy.arange(3000, dtype="float32").reshape(1000, 3)
    assert numpy.allclose(answer_of(stub.ModelInfer(request(values=rows)))[:, 0], rows.sum(axis=1))


def every_type(channel):
    stub = Stub(channel)
    for datatype, (dtype, contents) in TYPES.items():
        if dtype == "bool":
            values = numpy.array([[True, False], [False, True]])
        elif dtype.startswith("float"):
            info = numpy.finfo(dtype)
            values = numpy.array([[info.min, info.max], [-0.0, numpy.inf]], dtype=dtype)
        else:
            info = numpy.iinfo(dtype)
            values = numpy.array([[info.min, info.max], [0, 1]], dtype=dtype)
        for raw in [True, False] if contents else [True]:
            response = stub.ModelInfer(request(f"echo-{dtype}", values, "x", datatype, raw))
            assert response.outputs[0].datatype == datatype
            assert response.raw_output_contents[0] == values.tobytes(), (datatype, raw)
    texts = [b"", b"a", "数据".encode(), b"x" * 300]
    asked = pb.ModelInferRequest(model_name="echo-string")
    tensor = asked.inputs.add(name="x", datatype="BYTES", shape=[2, 2])
    tensor.contents.bytes_contents.extend(texts)
    packed = b"".join(struct.pack("<I", len(text)) + text for text in texts)
    assert stub.ModelInfer(asked).raw_output_contents[0] == packed
    tensor.ClearField("contents")
    asked.raw_input_contents.append(packed)
    assert stub.ModelInfer(asked).raw_output_contents[0] == packed


def wrong_requests(channel):
    """What real servers answered with a result, or with a fault of their own."""
    stub = Stub(channel)

    def wrong(details, change, asked=None):
        asked = asked or request()
        change(asked)
        expect(refused(lambda: stub.ModelInfer(asked)), grpc.StatusCode.INVALID_ARGUMENT, details)

    def shape(*sizes):
        def change(asked):
            del asked.inputs[0].shape[:]
            asked.inputs[0].shape.extend(sizes)

        return change

    wrong("contents field must not be specified when using raw_input_contents", lambda asked: asked.inputs[0].contents.fp32_contents.append(1))
    wrong("expected 1 raw_input_contents", lambda asked: asked.raw_input_contents.append(b""))
    wrong("has 12 bytes in raw_input_contents", shape(2, 3))
    wrong("negative size", shape(-1, 3))
    wrong("negative size", shape(2**31, 2**31))
    wrong("more than 32 sizes", shape(*[1] * 1000))
    wrong("got 3 elements; its shape takes 6", shape(2, 3), request(raw=False))
    wrong("The input 'input' has the shape", shape(3, 1))
    wrong("unexpected inference input 'other' for model 'sums'", lambda asked: setattr(asked.inputs[0], "name", "other"))
    wrong("is given twice", lambda asked: (asked.inputs.add().CopyFrom(asked.inputs[0]), asked.raw_input_contents.append(b"\0" * 12)))
    wrong("which is none", lambda asked: setattr(asked.inputs[0], "datatype", "FLOAT"))
    wrong("The input 'input' is of Float64", lambda asked: None, request(datatype="FP64"))
    wrong("list of another datatype", lambda asked: setattr(asked.inputs[0], "datatype", "INT32"), request(raw=False))
    wrong("only raw_input_contents can hold", lambda asked: setattr(asked.inputs[0], "datatype", "FP16"), request(raw=False))
    wrong("unexpected inference output 'no'", lambda asked: asked.outputs.add(name="no"))
    wrong("is missing", lambda asked: (asked.inputs.pop(), asked.raw_input_contents.pop()))
    wrong("no model here keeps state", lambda asked: setattr(asked.parameters["sequence_id"], "int64_param", 7))
    texts = pb.ModelInferRequest(model_name="echo-string")
    texts.inputs.add(name="x", datatype="BYTES", shape=[1, 2])
    texts.raw_input_contents.append(b"\x09\0\0\0abc\0\0\0\0")
    wrong("has 9 bytes by its length", lambda asked: None, texts)


def unknown(channel):
    stub = Stub(channel)
    for call in [
        lambda: stub.ModelInfer(request("nothing")), lambda: stub.ModelReady(pb.ModelReadyRequest(name="nothing")),
        lambda: stub.ModelMetadata(pb.ModelMetadataRequest(name="nothing")), lambda: stub.ModelConfig(pb.ModelConfigRequest(name="nothing")),
    ]:
        expect(refused(call), grpc.StatusCode.NOT_FOUND, "Request for unknown model: 'nothing' is not found")
    expect(refused(lambda: stub.ModelInfer(request(version="9"))), grpc.StatusCode.NOT_FOUND,
           "Request for unknown model: 'sums' version 9 is not found")
    expect(refused(lambda: stub.ModelInfer(request(version="one"))), grpc.StatusCode.INVALID_ARGUMENT, "'one'")


def stream(channel):
    """Answers come in the order of the requests, each as soon as it can; an error answers its request, and the stream goes on."""
    stub = Stub(channel)
    answered = threading.Semaphore(1)

    def questions():
        for i in range(20):
            answered.acquire(timeout=10)
            yield request("nothing" if i % 5 == 4 else "sums", [[i, 0, 0]], id=str(i))

    for i, answer in enumerate(stub.ModelStreamInfer(questions(), timeout=60)):
        if i % 5 == 4:
            assert "unknown model" in answer.error_message and not answer.HasField("infer_response")
        else:
            assert answer.error_message == "" and answer.infer_response.id == str(i)
            assert answer_of(answer.infer_response)[0, 0] == i
        answered.release()
    assert i == 19


def statistics(channel):
    stub = Stub(channel)

    def count():
        (row,) = stub.ModelStatistics(pb.ModelStatisticsRequest(name="echo-int8", version="1")).model_stats
        return row.inference_stats.success.count

    before = count()
    for _ in range(3):
        stub.ModelInfer(request("echo-int8", [[1]], "x", "INT8"))
    assert count() == before + 3
    assert len(stub.ModelStatistics(pb.ModelStatisticsRequest()).model_stats) > 10
    expect(refused(lambda: stub.ModelStatistics(pb.ModelStatisticsRequest(name="nothing"))), grpc.StatusCode.NOT_FOUND, "unknown model")


def repository(channel):
    stub = Stub(channel)

    def states(ready=False):
        return {(row.name, row.version): row.state for row in stub.RepositoryIndex(pb.RepositoryIndexRequest(ready=ready)).models}

    assert states()["sums", "2"] == "READY"
    stub.RepositoryModelUnload(pb.RepositoryModelUnloadRequest(model_name="echo-uint16"), timeout=30)
    assert not stub.ModelReady(pb.ModelReadyRequest(name="echo-uint16")).ready
    assert not [name for name, _ in states(ready=True) if name == "echo-uint16"]
    stub.RepositoryModelLoad(pb.RepositoryModelLoadRequest(model_name="echo-uint16"), timeout=30)
    assert stub.ModelReady(pb.ModelReadyRequest(name="echo-uint16")).ready
    expect(refused(lambda: stub.RepositoryModelLoad(pb.RepositoryModelLoadRequest(model_name="nothing"))), grpc.StatusCode.NOT_FOUND,
           "failed to load 'nothing'")
    files = pb.RepositoryModelLoadRequest(model_name="sums")
    files.parameters["file:1/model.onnx"].bytes_param = b"x"
    expect(refused(lambda: stub.RepositoryModelLoad(files)), grpc.StatusCode.UNIMPLEMENTED, "failed to load 'sums'")


def shared_memory(channel):
    stub = Stub(channel)
    expect(refused(lambda: stub.SystemSharedMemoryRegister(pb.SystemSharedMemoryRegisterRequest(name="a", key="/a", byte_size=4))),
           grpc.StatusCode.UNIMPLEMENTED, "shared memory")
    expect(refused(lambda: stub.CudaSharedMemoryRegister(pb.CudaSharedMemoryRegisterRequest(name="a"))), grpc.StatusCode.UNIMPLEMENTED,
           "shared memory")
    stub.SystemSharedMemoryUnregister(pb.SystemSharedMemoryUnregisterRequest())
    asked = request()
    asked.inputs[0].parameters["shared_memory_region"].string_param = "a"
    expect(refused(lambda: stub.ModelInfer(asked)), grpc.StatusCode.UNIMPLEMENTED, "shared memory is not spoken here")


def large(channel):
    """64 MB there and back, plain and compressed."""
    values = numpy.random.default_rng(7).standard_normal((4096, 4096), dtype="float32")
    for compression in [None, grpc.Compression.Gzip]:
        part = values if compression is None else values[:256]
        response = Stub(channel).ModelInfer(request("echo-float32", part, "x"), timeout=120, compression=compression)
        assert response.raw_output_contents[0] == part.tobytes()


def cancelled(channel):
    """Who goes away in the middle, of a call or of a stream, leaves the others undisturbed."""
    stub = Stub(channel)
    values = numpy.zeros((2048, 2048), dtype="float32")
    for _ in range(5):
        call = stub.ModelInfer.future(request("echo-float32", values, "x"))
        call.cancel()
    open_stream = stub.ModelStreamInfer(iter(lambda: request(), None))
    next(open_stream)
    open_stream.cancel()
    infer(channel)


if __name__ == "__main__":
    main(vars(sys.modules[__name__]))
