using System.Text;
using Weighhouse.Serving;
using Weighhouse.Wire.OpenInference;

namespace Weighhouse.Tests.Wire.Inference;

public sealed class InferDocumentTests
{
    private const int Rounds = 100_000;

    private const string Document = """
        {"id":"a\u00e9","parameters":{"binary_data_output":true,"priority":1,"timeout":5000,"x":[1,{"y":null}]},
        "inputs":[{"name":"F","shape":[2,2],"datatype":"FP32","data":[[1.5,-2e3],[0.1,7]]},
        {"name":"I","shape":[3],"datatype":"INT64","parameters":{"binary_data_size":24}},
        {"name":"S","shape":[2],"datatype":"BYTES","data":["abc","\ud83d\ude00"]}],
        "outputs":[{"name":"y","parameters":{"binary_data":false}}]}
        """;

    private static readonly ServedVersion Version = new(
        "default",
        "d",
        "m",
        1,
        "onnx",
        new ModelShape(
            [
                new PortShape("F", ElementType.Float32, [-1, -1]),
                new PortShape("I", ElementType.Int64, [-1]),
                new PortShape("S", ElementType.Text, [-1]),
            ],
            [new PortShape("y", ElementType.Float32, [-1])]),
        new Dictionary<string, string>());

    [Fact]
    public void A_whole_document_is_read()
    {
        using var request = new InferenceRequest(Version, null);
        Assert.Null(new InferDocument(request, new byte[24], TimeProvider.System).Read(Encoding.UTF8.GetBytes(Document)));
        Assert.Equal([1.5f, -2000, 0.1f, 7], request.Input(0).As<float>());
        Assert.Equal("😀"u8, request.Input(2).Text(1));
        Assert.Equal(("aé", 1), (request.Id, request.Priority));
        Assert.NotNull(request.Deadline);
    }

    /// <summary>Whatever is damaged, it is read or refused: nothing throws, and memory stays that of the document.</summary>
    [Fact]
    public void Damaged_documents_are_read_or_refused()
    {
        var seed = TestSeed.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"WEIGH_SEED={seed}");
        var random = new Random(seed);
        var whole = Encoding.UTF8.GetBytes(Document);
        var refused = 0;
        for (var i = 0; i < Rounds; i++)
        {
            var damaged = Damage(random, whole);
            var binary = new byte[random.Next(3) == 0 ? random.Next(40) : 24];
            using var request = new InferenceRequest(Version, null);
            if (new InferDocument(request, binary, TimeProvider.System).Read(damaged) is not null) refused++;
        }

        Assert.InRange(refused, Rounds / 2, Rounds);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void Ten_thousand_lists_inside_each_other_are_refused(string open, string close)
    {
        var nest = string.Concat(Enumerable.Repeat(open, 10_000)) + "1" + string.Concat(Enumerable.Repeat(close, 10_000));
        foreach (var document in new[]
        {
            $$"""{"x":{{nest}},"inputs":[]}""",
            $$"""{"inputs":[{"name":"F","shape":[1,1],"datatype":"FP32","data":{{nest}}}]}""",
            $$"""{"inputs":[{"data":{{nest}},"name":"F","shape":[1,1],"datatype":"FP32"}]}""",
        })
        {
            using var request = new InferenceRequest(Version, null);
            Assert.NotNull(new InferDocument(request, default, TimeProvider.System).Read(Encoding.UTF8.GetBytes(document)));
        }
    }

    internal static byte[] Damage(Random random, byte[] whole)
    {
        var damaged = whole.ToList();
        for (var times = random.Next(1, 4); times > 0 && damaged.Count > 1; times--)
        {
            var at = random.Next(damaged.Count);
            switch (random.Next(5))
            {
                case 0: damaged[at] = (byte)random.Next(256); break;
                case 1: damaged.RemoveRange(at, Math.Min(random.Next(1, 12), damaged.Count - at)); break;
                case 2: damaged.InsertRange(at, damaged.GetRange(at, Math.Min(random.Next(1, 30), damaged.Count - at))); break;
                case 3: damaged.InsertRange(at, "[]{},:\"\\-9e.n"u8.ToArray().OrderBy(_ => random.Next()).Take(3)); break;
                default: damaged.RemoveRange(at, damaged.Count - at); break;
            }
        }

        return [.. damaged];
    }
}
