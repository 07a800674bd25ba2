using System.Text;
using Weighhouse.Versioning.Content.Tensors;

namespace Weighhouse.Tests.Versioning.Content.Tensors;

public sealed class OnnxFileTests(ITestOutputHelper output) : IDisposable
{
    private readonly ContentHouse _house = new();

    public void Dispose() => _house.Dispose();

    [Fact]
    public void A_model_is_told_by_its_weights_operators_and_ends()
    {
        var bytes = Model();

        var file = Read(bytes)!;

        Assert.Equal("onnx", file.Format);
        var weights = Assert.Single(file.Tensors, tensor => tensor.Name == "w");
        Assert.Equal(("FLOAT", 8L), (weights.DataType, weights.LengthBytes));
        Assert.Equal([2L, 1], weights.Shape);
        Assert.Equal(ContentHouse.Floats(1.5f, -2), bytes[(int)weights.OffsetBytes..(int)(weights.OffsetBytes + weights.LengthBytes)]);
        Assert.Equal(
            [
                ("external far", "location=far.bin offset=4096"), ("input x", "FLOAT[batch,2]"), ("ir version", "8"),
                ("metadata owner", "ann"), ("operator Gemm", "2"), ("operator com.example.Twice", "1"), ("opset ai.onnx", "17"),
                ("output y", "INT64[-1]"), ("producer", "weighhouse"),
            ],
            file.Facts.OrderBy(fact => fact.Key, StringComparer.Ordinal).Select(fact => (fact.Key, fact.Value)));
    }

    [Fact]
    public void What_ends_early_is_no_model()
    {
        var bytes = Model();

        for (var length = 0; length < bytes.Length; length++)
        {
            // Cut between the fields of the outermost message it is a shorter model, which nothing in the format forbids.
            if (Read(bytes[..length]) is { } shorter) Assert.InRange(shorter.Facts.Count, 0, 9);
        }

        Assert.Null(Read(bytes[..^1]));
        Assert.Null(Read([]));
        Assert.Null(Read(Encoding.UTF8.GetBytes("no model at all, only text")));
    }

    [Fact]
    public void Damage_anywhere_is_refused_or_read_but_never_passes_on()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var sound = Model();

        for (var round = 0; round < 3_000; round++)
        {
            var bytes = (byte[])sound.Clone();
            for (var i = random.Next(1, 4); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var file = Read(bytes);
            if (file is null) continue;
            Assert.All(file.Tensors, tensor => Assert.InRange(tensor.OffsetBytes + tensor.LengthBytes, 0, bytes.Length));
        }
    }

    [Fact]
    public void Lengths_that_lie_lead_nowhere()
    {
        // The graph says that it has 2^62 bytes.
        Assert.Null(Read([0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x3F]));
        // A number that never ends.
        Assert.Null(Read([.. Enumerable.Repeat((byte)0xFF, 100)]));
    }

    [Fact]
    public void A_tensor_of_a_hundred_thousand_places_elsewhere_is_told_by_the_first()
    {
        var entry = Field(13, Entry("k", "v"));
        var entries = new byte[entry.Length * 100_000];
        for (var at = 0; at < entries.Length; at += entry.Length) entry.CopyTo(entries, at);

        var file = Read(Field(7, Field(5, [.. Field(8, "t"), .. entries])))!;

        Assert.Equal("k=v k=v k=v k=v k=v k=v k=v k=v", file.Facts["external t"]);
    }

    [Fact]
    public void A_file_of_nothing_but_names_is_no_model()
    {
        var tensor = Field(5, Field(8, new string('n', 60_000)));
        var graph = new byte[tensor.Length * 1_200];
        for (var at = 0; at < graph.Length; at += tensor.Length) tensor.CopyTo(graph, at);

        Assert.Null(Read(Field(7, graph)));
    }

    private static byte[] Model() =>
    [
        .. Field(1, 8), .. Field(2, "weighhouse"), .. Field(8, Field(2, 17)),
        .. Field(7,
        [
            .. Field(1, [.. Field(1, "x"), .. Field(4, "Gemm")]), .. Field(1, [.. Field(4, "Gemm"), .. Field(5, new string('a', 300))]),
            .. Field(1, [.. Field(4, "Twice"), .. Field(7, "com.example")]),
            .. Field(5, [.. Field(1, 2), .. Field(1, 1), .. Field(2, 1), .. Field(8, "w"), .. Field(9, ContentHouse.Floats(1.5f, -2))]),
            .. Field(5,
            [
                .. Field(1, [3, 0x80, 0x01]), .. Field(2, 7), .. Field(8, "far"), .. Field(13, Entry("location", "far.bin")),
                .. Field(13, Entry("offset", "4096")),
            ]),
            .. Field(11, Value("x", 1, Field(1, Field(2, "batch")), Field(1, Field(1, 2)))),
            .. Field(12, Value("y", 7, Field(1, Field(1, ulong.MaxValue)))),
        ]),
        .. Field(14, Entry("owner", "ann")),
    ];

    private TensorFile? Read(byte[] bytes) => OnnxFile.Read(_house.Loose(bytes));

    private static byte[] Value(string name, ulong type, params byte[][] dimensions) =>
        [.. Field(1, name), .. Field(2, Field(1, [.. Field(1, type), .. Field(2, [.. dimensions.SelectMany(bytes => bytes)])]))];

    private static byte[] Entry(string key, string value) => [.. Field(1, key), .. Field(2, value)];

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] bytes) => [.. Varint((ulong)number << 3 | 2), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte[] Field(int number, ulong value) => [.. Varint((ulong)number << 3), .. Varint(value)];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
