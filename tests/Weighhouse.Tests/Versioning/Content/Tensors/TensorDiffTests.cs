using Weighhouse.Tests.Blobs;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Versioning.Content.ContentHouse;

namespace Weighhouse.Tests.Versioning.Content.Tensors;

public sealed class TensorDiffTests(ITestOutputHelper output)
{
    private const string Path = "models/best.safetensors";

    [Fact]
    public void Tensors_are_told_by_what_became_of_them()
    {
        using var house = new ContentHouse();
        var (large, other) = (RandomContent.Bytes(1, 400_000), RandomContent.Bytes(2, 400_000));
        var old = Safetensors(
            new Dictionary<string, string> { ["format"] = "pt", ["step"] = "100" },
            ("same", "F32", [100_000], large), ("moved.away", "F32", [50, 2_000], other),
            ("small", "F32", [2], Floats(1, 2)), ("half", "F32", [2], Floats(1, 2)), ("flat", "F32", [4], Floats(1, 2, 3, 4)),
            ("gone", "I8", [3], [1, 2, 3]));
        var current = Safetensors(
            new Dictionary<string, string> { ["format"] = "pt", ["step"] = "200" },
            ("a.new", "F32", [1], Floats(9)), ("half", "F16", [2], [0, 1, 2, 3]),
            ("same", "F32", [100_000], large), ("small", "F32", [2], Floats(1, 3)), ("flat", "F32", [2, 2], Floats(1, 2, 3, 4)),
            ("moved.here", "F32", [50, 2_000], other));

        var diff = house.Diff(Path, old, current);

        Assert.Equal((ContentKind.Tensors, "safetensors", false), (diff.Kind, diff.New!.Format, diff.IsSame));
        Assert.Equal(
            [
                (TensorChangeKind.Added, "a.new", null), (TensorChangeKind.Removed, "gone", null),
                (TensorChangeKind.Renamed, "moved.here", "moved.away"), (TensorChangeKind.Retyped, "half", null),
                (TensorChangeKind.Reshaped, "flat", null), (TensorChangeKind.Changed, "small", null),
            ],
            diff.Tensors!.Changes.Select(change => (change.Kind, change.Name, change.OldName)));
        Assert.Equal(
            (6, 6, 1, 200_011L, 200_009L, 4L + 4 + 16 + 8),
            (diff.Tensors.OldCount, diff.Tensors.NewCount, diff.Tensors.SameCount, diff.Tensors.OldElements, diff.Tensors.NewElements,
                diff.Tensors.ChangedBytes));
        Assert.Equal([new FactChange("step", "100", "200")], diff.Tensors.Facts);
        Assert.All(diff.Tensors.Changes, change => Assert.Null(change.Movement));
    }

    [Fact]
    public void Equal_tensors_are_known_without_reading_them()
    {
        using var house = new ContentHouse();
        var tensors = Enumerable.Range(0, 12)
            .Select(i => ($"layer.{i}", "F32", new long[] { 100_000 }, RandomContent.Bytes(i, 400_000))).ToArray();
        var old = house.Side(Path, Safetensors(tensors));
        tensors[7].Item4 = RandomContent.Bytes(99, 400_000);
        var current = house.Side(Path, Safetensors(new Dictionary<string, string> { ["step"] = "a longer header" }, tensors));
        var reads = new CountedContent[] { new(old.Content), new(current.Content) };

        var diff = house.Diff(old with { Content = reads[0] }, current with { Content = reads[1] });

        Assert.Equal(["layer.7"], diff.Tensors!.Changes.Select(change => change.Name));
        Assert.All(reads, counted => Assert.InRange(counted.ReadBytes, 1, 200_000));
    }

    [Fact]
    public void A_file_of_a_folder_is_compared_with_one_of_the_store()
    {
        using var house = new ContentHouse();
        var (one, other) = (RandomContent.Bytes(1, 3_000_000), RandomContent.Bytes(2, 100_000));
        var old = house.Side(Path, Safetensors(("a", "F32", [750_000], one), ("b", "U8", [100_000], other)));
        var bytes = Safetensors(("first", "U8", [3], [1, 2, 3]), ("a", "F32", [750_000], one), ("c", "U8", [100_000], other));

        var diff = house.Diff(old, old with { Content = house.Loose(bytes) });

        Assert.Equal(
            [(TensorChangeKind.Added, "first"), (TensorChangeKind.Renamed, "c")],
            diff.Tensors!.Changes.Select(change => (change.Kind, change.Name)));
        Assert.Equal(1, diff.Tensors.SameCount);
    }

    [Fact]
    public void Two_versions_of_random_tensors_differ_in_what_was_changed()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var house = new ContentHouse();
        for (var round = 0; round < 30; round++)
        {
            var old = Enumerable.Range(0, random.Next(1, 12)).ToDictionary(i => $"t{i}", _ => Bytes());
            var current = old.Where(_ => random.Next(6) > 0).ToDictionary();
            foreach (var name in current.Keys.ToList())
                if (random.Next(3) == 0) current[name] = Bytes();
            if (random.Next(2) == 0) current["added"] = Bytes();

            var diff = house.Diff(Path, File(old), File(current));

            var changed = current.Where(pair => old.TryGetValue(pair.Key, out var was) && !was.AsSpan().SequenceEqual(pair.Value));
            Assert.Equal(
                changed.Select(pair => pair.Key).Order(StringComparer.Ordinal),
                (diff.Tensors?.Changes ?? []).Where(change => change.Kind is TensorChangeKind.Changed or TensorChangeKind.Reshaped)
                    .Select(change => change.Name).Order(StringComparer.Ordinal));
            Assert.Equal(
                current.Keys.Except(old.Keys).Order(StringComparer.Ordinal),
                (diff.Tensors?.Changes ?? []).Where(change => change.Kind is TensorChangeKind.Added).Select(change => change.Name));
            // In another order, as a rule.
            Assert.Empty(house.Diff(Path, File(old), File(old)).Tensors?.Changes ?? []);
            var side = house.Side(Path, File(old));
            Assert.True(house.Diff(side, side) is { IsSame: true, Tensors: null });
        }

        byte[] Bytes() => RandomContent.Bytes(random.Next(), random.Next(3) == 0 ? random.Next(1, 300) : random.Next(1, 400_000));
        byte[] File(Dictionary<string, byte[]> tensors) => Safetensors(
            [.. tensors.OrderBy(_ => random.Next()).Select(pair => (pair.Key, "U8", new long[] { pair.Value.Length }, pair.Value))]);
    }
}
