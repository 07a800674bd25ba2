using System.Text;
using Weighhouse.Serving;
using Weighhouse.Wire.TensorFlowServing;

namespace Weighhouse.Tests.Wire.Inference;

public sealed class PredictDocumentTests
{
    private const int Rounds = 100_000;

    private static readonly ServedVersion Version = new(
        "default",
        "d",
        "m",
        1,
        "onnx",
        new ModelShape(
            [new PortShape("F", ElementType.Float32, [-1, -1]), new PortShape("S", ElementType.Text, [-1])],
            [new PortShape("y", ElementType.Float32, [-1])]),
        new Dictionary<string, string>());

    /// <summary>Whatever is damaged, it is read or refused: nothing throws.</summary>
    [Theory]
    [InlineData("""{"signature_name":"serving_default","instances":[{"F":[1,-2.5e1],"S":"a"},{"F":[NaN,0.1],"S":{"b64":"YWJj"}}]}""")]
    [InlineData("""{"inputs":{"F":[[1,2,3],[4,5,6]],"S":["a","\u00e9\ud83d\ude00"]},"other":{"a":[null,true,"x"]}}""")]
    public void Damaged_documents_are_read_or_refused(string whole)
    {
        var seed = TestSeed.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"WEIGH_SEED={seed}");
        var random = new Random(seed);
        var bytes = Encoding.UTF8.GetBytes(whole);
        using (var request = new InferenceRequest(Version, null)) Assert.Null(new PredictDocument(request).Read(bytes));
        var refused = 0;
        for (var i = 0; i < Rounds; i++)
        {
            using var request = new InferenceRequest(Version, null);
            if (new PredictDocument(request).Read(InferDocumentTests.Damage(random, bytes)) is not null) refused++;
        }

        Assert.InRange(refused, Rounds / 3, Rounds);
    }
}
