"""Runs the function that the first argument names, with a channel to the address that the second one is."""
import os
import sys

import grpc

# The stubs of gRPC's own services are called as gRPC's own package is.
grpc.__path__.append(os.path.join(os.environ["PYTHONPATH"], "grpc"))

# Messages as large as a server may send; the client's own usual limit is 4 MiB.
OPTIONS = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


def main(cases):
    name, address, *rest = sys.argv[1:]
    with grpc.insecure_channel(address, options=OPTIONS) as channel:
        cases[name](channel, *rest)


def refused(call):
    """The error that the call must end with."""
    try:
        answer = call()
    except grpc.RpcError as error:
        return error
    raise AssertionError(f"was answered: {answer}")


def expect(error, code, details):
    assert error.code() == code, (error.code(), error.details())
    assert details in error.details(), error.details()
