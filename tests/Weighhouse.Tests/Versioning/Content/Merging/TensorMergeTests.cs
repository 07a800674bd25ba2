using System.IO.Compression;
using System.Runtime.InteropServices;
using Weighhouse.Blobs;
using Weighhouse.Tests.Blobs;
using Weighhouse.Tests.Blobs.Tensors;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Versioning.Content.ContentHouse;

namespace Weighhouse.Tests.Versioning.Content.Merging;

public sealed class TensorMergeTests(ITestOutputHelper output)
{
    private const string Path = "m.safetensors";

    [Fact]
    public void Tensors_that_one_side_changed_are_taken_from_it()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var house = new ContentHouse();
        for (var round = 0; round < 25; round++)
        {
            var old = Enumerable.Range(0, random.Next(1, 8)).ToDictionary(i => $"t{i}", _ => Bytes());
            var (ours, theirs) = (Changed("a"), Changed("b"));
            var expected = new Dictionary<string, byte[]>();
            var disagree = new List<string>();
            foreach (var name in ours.Keys.Union(theirs.Keys))
            {
                var (was, mine, other) = (old.GetValueOrDefault(name), ours.GetValueOrDefault(name), theirs.GetValueOrDefault(name));
                var kept = Same(mine, other) || Same(was, other) ? mine : other;
                if (!Same(mine, other) && !Same(was, other) && !Same(was, mine)) disagree.Add($"tensor {name}");
                if (kept is not null) expected[name] = kept;
            }

            if (expected.Count == 0) continue;
            var merged = house.Merge(Path, File(old), File(ours), File(theirs));

            Assert.Equal(disagree.Order(StringComparer.Ordinal), merged.Places.Select(place => place.Place).Order(StringComparer.Ordinal));
            if (merged.File is not { } file)
            {
                Assert.NotEmpty(disagree);
                continue;
            }

            var bytes = house.Read(file);
            var table = TensorTables.Read(new MemoryStream(bytes))!;
            Assert.Equal(
                expected.Keys.Order(StringComparer.Ordinal), table.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
            Assert.All(table.Tensors, tensor => Assert.Equal(
                expected[tensor.Name], bytes[(int)tensor.OffsetBytes..(int)(tensor.OffsetBytes + tensor.LengthBytes)]));
            Assert.Equal(0, (bytes.Length - expected.Values.Sum(value => value.Length)) % 8);

            Dictionary<string, byte[]> Changed(string side)
            {
                var changed = old.Where(_ => random.Next(9) > 0).ToDictionary();
                foreach (var name in changed.Keys.ToList())
                    if (random.Next(5) == 0) changed[name] = Bytes();
                if (random.Next(2) == 0) changed[random.Next(6) == 0 ? "added" : side] = Bytes();
                return changed;
            }
        }

        byte[] Bytes() => RandomContent.Bytes(random.Next(), random.Next(3) == 0 ? random.Next(1, 100_000) : random.Next(1, 300));
        static byte[] File(Dictionary<string, byte[]> tensors) => Safetensors(
            new Dictionary<string, string> { ["format"] = "pt" },
            [.. tensors.Select(pair => (pair.Key, "U8", new long[] { pair.Value.Length }, pair.Value))]);
    }

    [Fact]
    public void A_side_without_any_tensor_left_is_merged_too()
    {
        using var house = new ContentHouse();
        var old = Safetensors(("a", "U8", [1], [1]));

        var merged = house.Merge(Path, old, Safetensors(), Safetensors(("a", "U8", [1], [1]), ("b", "U8", [1], [2])));

        var tensor = Assert.Single(TensorTables.Read(new MemoryStream(house.Read(merged.File!.Value)))!.Tensors);
        Assert.Equal("b", tensor.Name);
    }

    [Fact]
    public void Metadata_is_merged_by_name()
    {
        using var house = new ContentHouse();
        var merged = house.Merge(
            Path, File("1", "x"), Safetensors(new Dictionary<string, string> { ["step"] = "2", ["by"] = "x" }, ("a", "U8", [1], [1])),
            File("1", "y"));
        var metadata = house.Diff(Path, File("1", "x"), house.Read(merged.File!.Value)).Tensors!.Facts;
        Assert.Equal([new FactChange("by", "x", "y"), new FactChange("step", "1", "2")], metadata);
        Assert.Equal(
            [new MergePlace("metadata by", "x", "y", "z")], house.Merge(Path, File("1", "x"), File("1", "y"), File("1", "z")).Places);

        static byte[] File(string step, string by) => Safetensors(
            new Dictionary<string, string> { ["step"] = step, ["by"] = by }, ("a", "U8", [1], [1]));
    }

    [Theory]
    [InlineData("average", new float[] { 2, 3, 5 })]
    [InlineData("weighted:0.75", new float[] { 1.5f, 2.5f, 4.5f })]
    [InlineData("task:1,0.5", new float[] { 2.5f, 4, 6.5f })]
    public void Weights_are_mixed_as_the_recipe_says(string recipe, float[] expected)
    {
        using var house = new ContentHouse();
        var strategy = new MergeStrategy { Weights = WeightRecipe.Parse(recipe).Value };
        Assert.Equal(recipe, strategy.Weights.ToString());
        foreach (var type in new[] { "F64", "F32", "F16", "BF16" })
        {
            var merged = house.Merge(Path, File(0, 0, 1), File(1, 2, 4), File(3, 4, 6), strategy);
            Assert.True(merged.IsMixed);
            Assert.Equal(File(expected), house.Read(merged.File!.Value));

            byte[] File(params float[] values) => Safetensors(
                ("w", type, [3], Bytes(type, values)), ("frozen", "I64", [1], new byte[8]));
        }
    }

    [Fact]
    public void Archives_of_numpy_are_mixed_and_stay_sound()
    {
        using var house = new ContentHouse();
        var random = new Random(5);
        var (one, two, three) = (TensorFiles.Npy(random, 300, 100), TensorFiles.Npy(random, 300, 100), TensorFiles.Npy(random, 300, 100));
        foreach (var array in new[] { one, two, three }) Tame(array);

        var merged = house.Merge(
            "m.npz", Zip(one, CompressionLevel.NoCompression), Zip(two, CompressionLevel.NoCompression),
            Zip(three, CompressionLevel.NoCompression), new MergeStrategy { Weights = WeightRecipe.Average });

        using var archive = new ZipArchive(new MemoryStream(house.Read(merged.File!.Value)));
        using var entry = archive.GetEntry("w.npy")!.Open();
        var bytes = new byte[one.Length];
        // Reading to the end holds the numbers against the checksum.
        entry.ReadExactly(bytes);
        Assert.Equal(-1, entry.ReadByte());
        var (mine, other) = (Numbers(two), Numbers(three));
        Assert.Equal(mine.Zip(other).Select(pair => (float)((pair.First + (double)pair.Second) / 2)), Numbers(bytes));
        Assert.Equal(two[..128], bytes[..128]);

        static byte[] Zip(byte[] array, CompressionLevel level) => TensorFiles.Zip(level, ("w.npy", array), ("v.npy", array));
        static float[] Numbers(byte[] array) => MemoryMarshal.Cast<byte, float>(array.AsSpan(128)).ToArray();
        static void Tame(byte[] array)
        {
            for (var i = 131; i < array.Length; i += 4) array[i] = 0x3F;
        }
    }

    [Fact]
    public void Models_of_other_shapes_are_not_mixed()
    {
        using var house = new ContentHouse();
        var strategy = new MergeStrategy { Weights = WeightRecipe.Average };
        var merged = house.Merge(
            Path, Safetensors(("a", "F32", [1], Floats(1)), ("n", "I8", [1], [1])),
            Safetensors(("a", "F32", [2], Floats(1, 2)), ("n", "I8", [1], [2])),
            Safetensors(("a", "F32", [1], Floats(2)), ("n", "I8", [1], [3]), ("b", "F32", [1], Floats(2))), strategy);

        Assert.Equal(["tensor b", "tensor a", "tensor n"], merged.Places.Select(place => place.Place));
        foreach (var wrong in new[] { "mean", "weighted:2", "weighted:x", "task:1", "task:1,nan", "weighted:", "" })
            Assert.Equal("weights", WeightRecipe.Parse(wrong).Error?.Field);
    }

    private static bool Same(byte[]? one, byte[]? other) =>
        one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);

    private static byte[] Bytes(string type, float[] values) => type switch
    {
        "F64" => MemoryMarshal.AsBytes(values.Select(value => (double)value).ToArray().AsSpan()).ToArray(),
        "F32" => Floats(values),
        "F16" => MemoryMarshal.AsBytes(values.Select(value => (Half)value).ToArray().AsSpan()).ToArray(),
        _ => MemoryMarshal.AsBytes(
            values.Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)).ToArray().AsSpan()).ToArray(),
    };
}
