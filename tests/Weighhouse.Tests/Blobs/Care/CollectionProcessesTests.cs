using Weighhouse.Blobs;
using Weighhouse.Tests.Blobs.Store;

namespace Weighhouse.Tests.Blobs.Care;

/// <summary>Processes that share a folder hear of a sentence at once.</summary>
public sealed class CollectionProcessesTests : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    private readonly StoreHouse _house = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task A_session_of_another_process_counts_like_one_of_ours()
    {
        var file = await _house.AddAsync(RandomContent.Bytes(1, 1_000_000));
        using var other = _house.OpenAnother();
        using (var session = other.BeginWrite())
        {
            await CollectAsync();
            _house.Now += 2 * Grace;
            Assert.Equal(CollectionPhase.Waiting, (await CollectAsync()).Phase);
            Assert.True(session.Has(file.Id));
        }

        using (var later = other.BeginWrite()) Assert.False(later.Has(file.Id));
    }

    private async Task<CollectionReport> CollectAsync()
    {
        var step = await _house.Store.Care.CollectAsync([new Roots()], new CollectionRequest(Grace), Cancellation);
        Assert.Null(step.Error);
        return step.Value;
    }
}
