import os
import sys

import grpc
from case import expect, main, refused
from google.protobuf import descriptor_pb2, descriptor_pool
from grpc.reflection.v1 import reflection_pb2 as v1
from grpc.reflection.v1 import reflection_pb2_grpc as v1_grpc
from grpc.reflection.v1alpha import reflection_pb2 as v1alpha
from grpc.reflection.v1alpha import reflection_pb2_grpc as v1alpha_grpc

VERSIONS = [(v1, v1_grpc), (v1alpha, v1alpha_grpc)]


def ask(channel, version, *questions):
    pb, stubs = version
    asked = [pb.ServerReflectionRequest(host="here", **question) for question in questions]
    answers = list(stubs.ServerReflectionStub(channel).ServerReflectionInfo(iter(asked), timeout=20))
    assert [answer.original_request for answer in answers] == asked
    assert all(answer.valid_host == "here" for answer in answers)
    return answers


def files_of(answer):
    return [descriptor_pb2.FileDescriptorProto.FromString(file) for file in answer.file_descriptor_response.file_descriptor_proto]


def services(channel):
    for version in VERSIONS:
        (answer,) = ask(channel, version, {"list_services": ""})
        names = [service.name for service in answer.list_services_response.service]
        assert names == sorted(names)
        for name in ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"]:
            assert name in names, names


def every_service_can_be_called(channel):
    """With nothing but what the server tells: each service's file is found with all that it needs, and its methods have types."""
    (answer,) = ask(channel, VERSIONS[0], {"list_services": ""})
    for service in answer.list_services_response.service:
        pool = descriptor_pool.DescriptorPool()
        (told,) = ask(channel, VERSIONS[0], {"file_containing_symbol": service.name})
        files = {file.name: file for file in files_of(told)}

        def add(name):
            file = files.pop(name, None)
            if file is not None:
                for needed in file.dependency:
                    add(needed)
                pool.Add(file)

        add(files_of(told)[0].name)
        assert not files
        described = pool.FindServiceByName(service.name)
        assert described.methods
        for method in described.methods:
            assert method.input_type.full_name and method.output_type.full_name


def as_the_compiler_has_it(channel):
    """Every file that the server tells of says what the compiler of others reads in docs/reference/proto."""
    import subprocess

    protos = sys.argv[3]
    names = [
        os.path.relpath(os.path.join(folder, name), protos)
        for folder, _, files in os.walk(protos) for name in files if name.endswith(".proto")
    ]
    assert len(names) > 3
    out = os.path.join(sys.argv[4], "all.desc")
    subprocess.run(
        [sys.executable, "-m", "grpc_tools.protoc", f"-I{protos}", f"--descriptor_set_out={out}", "--include_imports", *names], check=True)
    with open(out, "rb") as content:
        compiled = {file.name: file for file in descriptor_pb2.FileDescriptorSet.FromString(content.read()).file}
    for name in names:
        (answer,) = ask(channel, VERSIONS[0], {"file_by_filename": name})
        told = files_of(answer)[0]
        expected = compiled[name]
        plain(expected)
        assert told == expected, f"{name}\n--- told\n{told}\n--- compiled\n{expected}"


def plain(file):
    """Takes out what only generated code reads: the names in JSON."""

    def visit(message):
        for field in message.field:
            field.ClearField("json_name")
        for nested in message.nested_type:
            visit(nested)

    for message in file.message_type:
        visit(message)


def on_one_stream(channel):
    """What a stream was told it is not told again, unless it asks."""
    for version in VERSIONS:
        name = "grpc/health/v1/health.proto"
        first, second, missing = ask(
            channel, version, {"file_by_filename": name},
            {"file_containing_symbol": "grpc.health.v1.HealthCheckResponse.ServingStatus"},
            {"file_by_filename": "no/such.proto"})
        assert [file.name for file in files_of(first)] == [name]
        assert [file.name for file in files_of(second)] == [name]
        assert missing.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]
        assert missing.error_response.error_message == "File not found: no/such.proto"


def symbols(channel):
    known = [
        "grpc.health.v1.Health", "grpc.health.v1.Health.Watch", "grpc.health.v1.HealthCheckRequest",
        "grpc.health.v1.HealthCheckRequest.service", "grpc.health.v1.HealthCheckResponse.SERVING",
    ]
    for symbol in known:
        (answer,) = ask(channel, VERSIONS[0], {"file_containing_symbol": symbol})
        assert files_of(answer)[0].name == "grpc/health/v1/health.proto", symbol
    for symbol in ["", "grpc", "grpc.health.v1", "grpc.health.v1.Nothing", "SERVING"]:
        (answer,) = ask(channel, VERSIONS[0], {"file_containing_symbol": symbol})
        assert answer.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0], symbol


def extensions(channel):
    (none, unknown) = ask(
        channel, VERSIONS[0], {"all_extension_numbers_of_type": "grpc.health.v1.HealthCheckRequest"},
        {"all_extension_numbers_of_type": "no.Type"})
    assert none.all_extension_numbers_response.base_type_name == "grpc.health.v1.HealthCheckRequest"
    assert list(none.all_extension_numbers_response.extension_number) == []
    assert unknown.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]
    (answer,) = ask(
        channel, VERSIONS[0],
        {"file_containing_extension": v1.ExtensionRequest(containing_type="grpc.health.v1.HealthCheckRequest", extension_number=7)})
    assert answer.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]


def nothing_asked(channel):
    (answer,) = ask(channel, VERSIONS[0], {})
    assert answer.error_response.error_code == grpc.StatusCode.INVALID_ARGUMENT.value[0]


def broken(channel):
    """A message that is none ends the stream; the connection lives on."""
    call = channel.stream_stream("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
    expect(refused(lambda: list(call(iter([b"\x0a\x7f"])))), grpc.StatusCode.INTERNAL, "in the middle of a field")
    services(channel)


if __name__ == "__main__":
    main({name: (lambda run: lambda channel, *_: run(channel))(run) for name, run in vars(sys.modules[__name__]).items() if callable(run)})
