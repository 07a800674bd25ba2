using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tests.Access;
using Weighhouse.Tracking;

namespace Weighhouse.Tests.Server.Tracking.Artifacts;

public sealed class UploadTests
{
    private const string Path = "0/run/artifacts/big.bin";

    [Theory, OnEveryEngine]
    public async Task Parts_are_joined_in_order_of_number(DatabaseEngine engine)
    {
        await using var house = await ArtifactsHouse.StartAsync(engine);
        var upload = await BeginAsync(house);
        var tags = new Dictionary<int, string>();
        foreach (var number in new[] { 3, 1, 2, 2 })
            tags[number] = (await house.TryPartAsync(upload, number, [.. Enumerable.Repeat((byte)('a' + number), 100_000)])).Value;

        Assert.Equal(ErrorCode.InvalidArgument, (await CompleteAsync(house, upload)).Error?.Code);
        Assert.Equal(ErrorCode.InvalidArgument, (await CompleteAsync(house, upload, (1, tags[1]), (2, tags[2]))).Error?.Code);
        Assert.Equal(ErrorCode.InvalidArgument, (await CompleteAsync(house, upload, (1, tags[1]), (2, "other"), (3, tags[3]))).Error?.Code);
        var done = await CompleteAsync(house, upload, (2, $"\"{tags[2]}\""), (1, tags[1]), (3, tags[3]));

        Assert.Equal(300_000, done.Value.Content?.SizeBytes);
        Assert.Equal(new string('b', 100_000) + new string('c', 100_000) + new string('d', 100_000), await house.ReadAsync(Path));
        Assert.Equal(ErrorCode.NotFound, (await CompleteAsync(house, upload, (1, tags[1]))).Error?.Code);
    }

    [Theory, OnEveryEngine]
    public async Task An_aborted_upload_is_gone(DatabaseEngine engine)
    {
        await using var house = await ArtifactsHouse.StartAsync(engine);
        var upload = await BeginAsync(house);
        Assert.Null((await house.TryPartAsync(upload, 1, [1])).Error);

        Assert.Null((await house.Artifacts.AbortUploadAsync(Principal.Local, upload.Id, ArtifactsHouse.Cancellation)).Error);

        Assert.Equal(ErrorCode.NotFound, (await house.TryPartAsync(upload, 2, [1])).Error?.Code);
        Assert.Equal(ErrorCode.InvalidArgument, (await house.TryPartAsync("nul\0", 1, "key", [1])).Error?.Code);
        foreach (var parts in new[] { 0, -1, 10_001, int.MaxValue })
        {
            var refused = await house.Artifacts.BeginUploadAsync(
                Principal.Local, ArtifactsHouse.At(Path), parts, ArtifactsHouse.Cancellation);
            Assert.Equal(ErrorCode.InvalidArgument, refused.Error?.Code);
        }

        Assert.Equal(10_000, (await BeginAsync(house, 10_000)).PartKeys.Distinct().Count());
    }

    [Theory, OnEveryEngine]
    public async Task A_key_opens_its_part_of_its_upload_for_six_hours(DatabaseEngine engine)
    {
        var time = new ManualClock();
        await using var house = await ArtifactsHouse.StartAsync(engine, time: time);
        var (upload, other) = (await BeginAsync(house), await BeginAsync(house));
        var key = upload.PartKeys[0];

        Assert.Null((await house.TryPartAsync(upload.Id, 1, key, [1])).Error);
        Assert.Equal(ErrorCode.PermissionDenied, (await house.TryPartAsync(upload.Id, 2, key, [1])).Error?.Code);
        Assert.Equal(ErrorCode.PermissionDenied, (await house.TryPartAsync(other.Id, 1, key, [1])).Error?.Code);
        foreach (var wrong in Damaged(key))
            Assert.Equal(ErrorCode.PermissionDenied, (await house.TryPartAsync(upload.Id, 1, wrong, [1])).Error?.Code);
        time.Advance(TimeSpan.FromHours(6) - TimeSpan.FromMilliseconds(1));
        Assert.Null((await house.TryPartAsync(upload.Id, 1, key, [1])).Error);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Contains("over", (await house.TryPartAsync(upload.Id, 1, key, [1])).Error?.Message, StringComparison.Ordinal);
    }

    /// <summary>Every character changed, cut at every place, and an end put off.</summary>
    private static IEnumerable<string> Damaged(string key)
    {
        for (var i = 0; i < key.Length; i++)
        {
            yield return key[..i] + (key[i] == '1' ? '2' : '1') + key[(i + 1)..];
            yield return key[..i];
        }

        yield return "9" + key;
        yield return key + "A";
        yield return "";
        yield return new string('9', 100_000) + key;
    }

    [Theory, OnEveryEngine]
    public async Task Parts_that_are_too_much_together_are_refused_and_can_be_sent_again(DatabaseEngine engine)
    {
        await using var house = await ArtifactsHouse.StartAsync(engine, new TrackingOptions { ArtifactSizeMaxBytes = 3 << 20 });
        var upload = await BeginAsync(house);
        var tags = new List<(int, string)>();
        for (var number = 1; number <= 4; number++) tags.Add((number, (await house.TryPartAsync(upload, number, new byte[1 << 20])).Value));

        var refused = await CompleteAsync(house, upload, [.. tags]);

        Assert.Equal(ErrorCode.InvalidArgument, refused.Error?.Code);
        Assert.Empty(await house.ListAsync("0"));
    }

    [Theory, OnEveryEngine]
    public async Task A_damaged_part_is_an_error_and_never_half_a_file(DatabaseEngine engine)
    {
        await using var house = await ArtifactsHouse.StartAsync(engine);
        var upload = await BeginAsync(house);
        var random = new Random(7);
        var content = new byte[3 << 20];
        random.NextBytes(content);
        var tag = (await house.TryPartAsync(upload, 1, content)).Value;
        var pack = house.Packs.Single(path => path.EndsWith(".data", StringComparison.Ordinal));
        using (var file = File.Open(pack, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            file.Position = 1_000_000;
            file.Write(new byte[100]);
        }

        var refused = await CompleteAsync(house, upload, (1, tag));

        Assert.Equal(ErrorCode.Corrupted, refused.Error?.Code);
        Assert.Empty(await house.ListAsync("0"));
    }

    private static async Task<BegunUpload> BeginAsync(ArtifactsHouse house, int parts = 4)
    {
        var begun = await house.Artifacts.BeginUploadAsync(
            Principal.Local, ArtifactsHouse.At(Path), parts, ArtifactsHouse.Cancellation);
        Assert.False(begun.IsFailure, begun.Error?.Message);
        return begun.Value;
    }

    private static async Task<Result<ArtifactEntry>> CompleteAsync(
        ArtifactsHouse house, BegunUpload upload, params (int PartNumber, string ETag)[] parts) =>
        await house.Artifacts.CompleteUploadAsync(Principal.Local, upload.Id, parts, ArtifactsHouse.Cancellation);
}
