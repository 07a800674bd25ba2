using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;

namespace Weighhouse.Wire.Grpc.Tensors;

/// <summary>The elements of an output, sent from where the model left them.</summary>
internal sealed class OutputBytes(InferenceReply reply, int index) : IByteSource
{
    public ReadOnlySpan<byte> Bytes => reply.Output(index).Bytes;
}
