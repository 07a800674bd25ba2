namespace Weighhouse.Data;

/// <summary>
/// Lets the lanes write at the same time, until a unit has collided so often that it gets the process to itself: without that
/// a unit on a row that everybody writes may lose to its neighbours every time.
/// </summary>
internal sealed class LaneGate(int lanes) : IDisposable
{
    private readonly SemaphoreSlim _places = new(lanes, lanes);
    private readonly SemaphoreSlim _alone = new(1, 1);

    public async ValueTask EnterAsync(bool alone)
    {
        if (!alone)
        {
            await _places.WaitAsync();
            return;
        }

        // One at a time gathers all the places; two that gathered together would wait for each other.
        await _alone.WaitAsync();
        for (var i = 0; i < lanes; i++) await _places.WaitAsync();
    }

    public void Leave(bool alone)
    {
        _places.Release(alone ? lanes : 1);
        if (alone) _alone.Release();
    }

    public void Dispose()
    {
        _places.Dispose();
        _alone.Dispose();
    }
}
