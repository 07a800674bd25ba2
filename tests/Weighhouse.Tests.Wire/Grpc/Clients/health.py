import sys

import grpc
from case import expect, main, refused
from grpc.health.v1 import health_pb2 as pb
from grpc.health.v1 import health_pb2_grpc


def check(channel):
    """The whole server and a service of it serve."""
    stub = health_pb2_grpc.HealthStub(channel)
    for service in ["", "grpc.health.v1.Health"]:
        assert stub.Check(pb.HealthCheckRequest(service=service), timeout=10).status == pb.HealthCheckResponse.SERVING


def unknown_service(channel):
    stub = health_pb2_grpc.HealthStub(channel)
    error = refused(lambda: stub.Check(pb.HealthCheckRequest(service="no.such.Service")))
    expect(error, grpc.StatusCode.NOT_FOUND, "unknown service no.such.Service")
    watch = stub.Watch(pb.HealthCheckRequest(service="no.such.Service"))
    assert next(watch).status == pb.HealthCheckResponse.SERVICE_UNKNOWN
    watch.cancel()


def unknown_method(channel):
    """What is not served is unimplemented, and the message says what is served."""
    call = channel.unary_unary("/grpc.health.v1.Health/List", bytes, bytes)
    expect(refused(lambda: call(b"")), grpc.StatusCode.UNIMPLEMENTED, "grpc.health.v1.Health has no method List")
    call = channel.unary_unary("/no.such.Service/Do", bytes, bytes)
    expect(refused(lambda: call(b"")), grpc.StatusCode.UNIMPLEMENTED, "/no.such.Service/Do is not a method")


def metadata(channel):
    """Every answer, also a refusal, carries the request's id."""
    stub = health_pb2_grpc.HealthStub(channel)
    answer, call = stub.Check.with_call(pb.HealthCheckRequest(), metadata=[("x-mine", "1"), ("x-mine-bin", b"\0\xff")])
    assert dict(call.initial_metadata())["x-request-id"]
    assert call.code() == grpc.StatusCode.OK
    error = refused(lambda: stub.Check(pb.HealthCheckRequest(service="数据 100%")))
    expect(error, grpc.StatusCode.NOT_FOUND, "unknown service 数据 100%")
    ids = {**dict(error.initial_metadata() or ()), **dict(error.trailing_metadata() or ())}
    assert ids["x-request-id"], ids


def deadline(channel):
    """A stream without an end ends with the client's deadline."""
    stub = health_pb2_grpc.HealthStub(channel)
    watch = stub.Watch(pb.HealthCheckRequest(), timeout=0.5)
    assert next(watch).status == pb.HealthCheckResponse.SERVING
    expect(refused(lambda: next(watch)), grpc.StatusCode.DEADLINE_EXCEEDED, "")


def compressed(channel):
    stub = health_pb2_grpc.HealthStub(channel)
    for compression in [grpc.Compression.Gzip, grpc.Compression.Deflate]:
        answer = stub.Check(pb.HealthCheckRequest(service="grpc.health.v1.Health"), compression=compression)
        assert answer.status == pb.HealthCheckResponse.SERVING
        error = refused(lambda: stub.Check(pb.HealthCheckRequest(service="x" * 5_000), compression=compression))
        expect(error, grpc.StatusCode.NOT_FOUND, "unknown service xxx")


def too_large(channel):
    """A question that names a service has no reason to be large, compressed or not, and the connection lives on."""
    stub = health_pb2_grpc.HealthStub(channel)
    for compression in [grpc.Compression.NoCompression, grpc.Compression.Gzip]:
        error = refused(lambda: stub.Check(pb.HealthCheckRequest(service="x" * 10_000_000), compression=compression))
        expect(error, grpc.StatusCode.RESOURCE_EXHAUSTED, "Received message larger than max")
    check(channel)


def watch_until_stop(channel):
    """Says that it serves, then, when the server stops, that it does not, and ends."""
    stub = health_pb2_grpc.HealthStub(channel)
    watch = stub.Watch(pb.HealthCheckRequest())
    assert next(watch).status == pb.HealthCheckResponse.SERVING
    print("watching", flush=True)
    assert next(watch).status == pb.HealthCheckResponse.NOT_SERVING
    expect(refused(lambda: next(watch)), grpc.StatusCode.UNAVAILABLE, "")


def sign_in(channel, token):
    """Health is anybody's; what is not, is refused without a token and answered with one."""
    check(channel)
    from grpc.reflection.v1 import reflection_pb2 as reflection
    from grpc.reflection.v1 import reflection_pb2_grpc

    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    question = reflection.ServerReflectionRequest(list_services="")
    error = refused(lambda: next(stub.ServerReflectionInfo(iter([question]))))
    expect(error, grpc.StatusCode.UNAUTHENTICATED, "Sign in first")
    error = refused(lambda: next(stub.ServerReflectionInfo(iter([question]), metadata=[("authorization", "Bearer wh_wrong")])))
    expect(error, grpc.StatusCode.UNAUTHENTICATED, "")
    answers = stub.ServerReflectionInfo(iter([question]), metadata=[("authorization", f"Bearer {token}")])
    assert next(answers).list_services_response.service


if __name__ == "__main__":
    main(vars(sys.modules[__name__]))
