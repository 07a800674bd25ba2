using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.OpenInference;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.TensorFlowServing;
using Weighhouse.Wire.OpenInference;

namespace Weighhouse.Tests.Wire.Grpc;

/// <summary>Requests damaged in every way are refused with a reason or read: no exception, and no memory for what was not sent.</summary>
public class InferenceFuzzTests(ITestOutputHelper output)
{
    private const int Rounds = 20_000;

    /// <summary>What one request may rent: what few elements may be made into, for every input.</summary>
    private const long RentedBytesMax = 300L << 20;

    private static readonly ElementType[] Elements = Enum.GetValues<ElementType>();

    private static readonly ServedVersion Version = new(
        "default", "d", "m", 1, "onnx",
        new ModelShape(
            [.. Elements.Select(element => new PortShape(element.ToString(), element, [-1, -1]))],
            [.. Elements.Select(element => new PortShape("out " + element, element, [-1, -1]))]),
        new Dictionary<string, string>());

    [Fact]
    public void A_PredictRequest_is_read_or_refused() => Fuzz(WritePredict, message =>
    {
        if (PredictRequest.ReadSpec(message, out _) is { } wrong) return wrong;
        using var request = new InferenceRequest(Version, null);
        return PredictRequest.ReadTensors(message, request);
    });

    [Fact]
    public void A_ModelInferRequest_is_read_or_refused() => Fuzz(WriteInfer, message =>
    {
        if (InferMessage.Read(message, out var head) is { } wrong) return wrong;
        using var request = new InferenceRequest(Version, null);
        return InferInputs.Read(message, head, request);
    });

    private void Fuzz(Action<ProtoWriter, Random> write, Func<ReadOnlyMemory<byte>, Error?> read)
    {
        var seed = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={seed}");
        var random = new Random(seed);
        var (readable, refused, codes) = (0, 0, new HashSet<ErrorCode>());
        for (var round = 0; round < Rounds; round++)
        {
            using var writer = new ProtoWriter();
            write(writer, random);
            var message = writer.Piece(0).ToArray();
            for (var i = random.Next(4); i > 0 && message.Length > 0; i--) message[random.Next(message.Length)] = (byte)random.Next(256);
            if (random.Next(8) == 0) message = message[..random.Next(message.Length + 1)];
            var before = GC.GetAllocatedBytesForCurrentThread();
            var error = read(message);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, RentedBytesMax);
            if (error is null) readable++;
            else
            {
                refused++;
                codes.Add(error.Code);
            }
        }

        output.WriteLine($"{readable} read, {refused} refused");
        // Inputs are missing from nearly all of them: what counts is that both kinds of refusal are met.
        Assert.Superset(new HashSet<ErrorCode> { ErrorCode.InvalidArgument, ErrorCode.Internal }, codes);
    }

    private static void WritePredict(ProtoWriter writer, Random random)
    {
        var spec = writer.Enter(1);
        writer.Text(1, "d");
        writer.Leave(spec);
        foreach (var element in Elements)
        {
            if (random.Next(8) == 0) continue;
            var entry = writer.Enter(2);
            writer.Text(1, element.ToString());
            var tensor = writer.Enter(2);
            writer.Int64(1, TensorFlowType.Of(element));
            var (rows, columns) = (Size(random), Size(random));
            TensorProtoWriter.WriteShape(writer, 2, [rows, columns]);
            var bytes = new byte[random.Next(40)];
            if (random.Next(2) == 0) random.NextBytes(bytes);
            if (random.Next(2) == 0) writer.Bytes(random.Next(2) == 0 ? 4 : TensorFlowType.ListFieldOf(element), bytes);
            else writer.Varint(TensorFlowType.ListFieldOf(element), (ulong)random.NextInt64());
            writer.Leave(tensor);
            writer.Leave(entry);
        }

        if (random.Next(4) == 0) writer.Text(3, "out Bool");
    }

    private static void WriteInfer(ProtoWriter writer, Random random)
    {
        writer.Text(1, "d");
        var isRaw = random.Next(2) == 0;
        foreach (var element in Elements)
        {
            if (random.Next(8) == 0) continue;
            var input = writer.Enter(5);
            writer.Text(1, element.ToString());
            writer.Text(2, OpenInferenceTypes.Name(element));
            writer.Varint(3, (ulong)Size(random));
            writer.Varint(3, (ulong)Size(random));
            var bytes = new byte[random.Next(40)];
            if (random.Next(2) == 0) random.NextBytes(bytes);
            if (!isRaw || random.Next(16) == 0)
            {
                var contents = writer.Enter(5);
                writer.Bytes(Math.Max(1, OpenInferenceType.FieldOf(element)), bytes);
                writer.Leave(contents);
            }

            writer.Leave(input);
            if (isRaw) writer.Bytes(7, bytes);
        }
    }

    private static long Size(Random random) => random.Next(12) switch
    {
        0 => -1,
        1 => int.MaxValue,
        2 => long.MaxValue,
        3 => 1L << random.Next(32),
        _ => random.Next(5),
    };
}
