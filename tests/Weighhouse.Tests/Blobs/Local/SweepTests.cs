using Weighhouse.Blobs;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Blobs.Local;

public sealed class SweepTests : IDisposable
{
    private readonly TestStore _test = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Only_what_is_dead_and_old_is_deleted()
    {
        var live = await PutAsync(1, 1_000);
        var dead = await PutAsync(2, 2_000);
        _test.Now += TimeSpan.FromHours(1);
        var young = await PutAsync(3, 3_000);

        var report = await SweepAsync(id => id == live, _test.Now);

        Assert.Equal(new SweepReport(1, 2_000), report);
        Assert.True(await HasAsync(live));
        Assert.False(await HasAsync(dead));
        Assert.True(await HasAsync(young));
    }

    [Fact]
    public async Task What_is_put_again_is_young_again()
    {
        var id = await PutAsync(1, 1_000);
        _test.Now += TimeSpan.FromHours(1);
        await PutAsync(1, 1_000);

        Assert.Equal(default, await SweepAsync(_ => false, _test.Now));
        Assert.True(await HasAsync(id));
    }

    [Fact]
    public async Task A_preview_counts_and_deletes_nothing()
    {
        var id = await PutAsync(1, 1_000);
        await PutAsync(2, 500);

        var preview = await _test.Store.SweepAsync(_ => false, _test.Now.AddTicks(10), preview: true, Cancellation);

        Assert.Equal(new SweepReport(2, 1_500), preview);
        Assert.True(await HasAsync(id));
        Assert.Equal(preview, await SweepAsync(_ => false, _test.Now.AddTicks(10)));
        Assert.False(await HasAsync(id));
    }

    [Fact]
    public async Task Files_that_are_no_blobs_are_left_alone_and_named()
    {
        var id = await PutAsync(1, 1_000);
        var stranger = Path.Combine(Path.GetDirectoryName(_test.PathOf(id))!, "notes.txt");
        await File.WriteAllTextAsync(stranger, "mine", Cancellation);

        var report = await SweepAsync(_ => false, DateTimeOffset.MaxValue);

        Assert.Equal(1, report.Count);
        Assert.True(File.Exists(stranger));
        Assert.Contains($"Left alone a file that is no blob: {stranger}", _test.Logged);
    }

    [Fact]
    public async Task A_sweep_beside_puts_takes_nothing_that_was_put_since_its_instant()
    {
        var content = RandomContent.Bytes(1, 100);
        var id = Blake3.HashOf(content);
        for (var round = 0; round < 200; round++)
        {
            await _test.PutAsync(content);
            _test.Now += TimeSpan.FromSeconds(1);
            var instant = _test.Now;
            var sweeping = Task.Run(async () => await SweepAsync(_ => false, instant), Cancellation);
            var putting = Task.Run(async () => await _test.PutAsync(content), Cancellation);
            await Task.WhenAll(sweeping, putting);
            Assert.True(await HasAsync(id), $"round {round}");
        }
    }

    [Fact]
    public async Task A_cancelled_sweep_stops()
    {
        await PutAsync(1, 10);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await _test.Store.SweepAsync(_ => false, DateTimeOffset.MaxValue, preview: false, cancelled.Token));
    }

    private ValueTask<SweepReport> SweepAsync(Func<Digest, bool> isLive, DateTimeOffset olderThan) =>
        _test.Store.SweepAsync(isLive, olderThan, preview: false, Cancellation);

    private async Task<Digest> PutAsync(int seed, int length) => (await _test.PutAsync(RandomContent.Bytes(seed, length))).Value.Id;

    private async Task<bool> HasAsync(Digest id) => !(await _test.Store.FindAsync(id, Cancellation)).IsFailure;
}
