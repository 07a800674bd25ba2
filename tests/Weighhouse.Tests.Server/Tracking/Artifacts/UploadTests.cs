using Weighhouse.Data;
using Weighhouse.Kernel;
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

        Assert.Null((await house.Artifacts.AbortUploadAsync(Principal.Local, upload, ArtifactsHouse.Cancellation)).Error);

        Assert.Equal(ErrorCode.NotFound, (await house.TryPartAsync(upload, 2, [1])).Error?.Code);
        Assert.Equal(ErrorCode.InvalidArgument, (await house.TryPartAsync(await BeginAsync(house), 10_001, [1])).Error?.Code);
        Assert.Equal(ErrorCode.InvalidArgument, (await house.TryPartAsync("nul\0", 1, [1])).Error?.Code);
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
        var file = Assert.Single(house.BlobFiles);
        var damaged = await File.ReadAllBytesAsync(file, ArtifactsHouse.Cancellation);
        damaged[^10] ^= 1;
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllBytesAsync(file, damaged, ArtifactsHouse.Cancellation);

        var refused = await CompleteAsync(house, upload, (1, tag));

        Assert.Equal(ErrorCode.Corrupted, refused.Error?.Code);
        Assert.Empty(await house.ListAsync("0"));
    }

    private static async Task<string> BeginAsync(ArtifactsHouse house)
    {
        var begun = await house.Artifacts.BeginUploadAsync(Principal.Local, ArtifactsHouse.At(Path), ArtifactsHouse.Cancellation);
        Assert.False(begun.IsFailure, begun.Error?.Message);
        return begun.Value;
    }

    private static async Task<Result<ArtifactEntry>> CompleteAsync(
        ArtifactsHouse house, string upload, params (int PartNumber, string ETag)[] parts) =>
        await house.Artifacts.CompleteUploadAsync(Principal.Local, upload, parts, ArtifactsHouse.Cancellation);
}
