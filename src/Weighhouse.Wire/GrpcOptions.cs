namespace Weighhouse.Wire;

/// <summary>The limits of the gRPC port.</summary>
public sealed record GrpcOptions
{
    /// <value>1 GiB a message, compressed or not: TensorFlow Serving and Triton take 2 GiB, and memory goes by what arrives, not by
    /// what is announced.</value>
    public int MessageBytesMax { get; init; } = 1 << 30;

    /// <value>2 GiB for the requests of all calls in flight; beyond it calls are refused until others are done.</value>
    public long MessagesBytesMax { get; init; } = 2L << 30;

    /// <value>64 KiB for questions that name a thing at most: health, reflection.</value>
    public int QuestionBytesMax { get; init; } = 64 << 10;
}
