using Weighhouse.Blobs.Packs;

namespace Weighhouse.Blobs.Store;

/// <summary>
/// Brings the chunks of a file near before they are read, neighbours in a pack together, so that a distant home answers many requests
/// at once and no thread waits for it.
/// </summary>
/// <param name="endBytes">Where in the file the reading will end.</param>
internal sealed class ReadAhead(ObjectReader objects, FileRecipe recipe, long endBytes)
{
    /// <summary>A longer run would make the first bytes wait for the last.</summary>
    private const int RunBytesMax = 8 << 20;

    /// <summary>Less than this between two chunks is cheaper to bring than another request.</summary>
    private const int GapBytesMax = 256 << 10;

    private readonly Dictionary<int, Task> _runs = [];
    private readonly int _end = CountBefore(recipe, endBytes);
    private int _asked, _planned;
    private long _askedBytes, _plannedBytes;

    /// <summary>Completes when these chunks are near, or have failed to come, which their reading will tell.</summary>
    public Task Ask(int first, int count)
    {
        for (; _asked < first + count; _asked++) _askedBytes += recipe.Chunks[_asked].LengthBytes;
        for (; _planned < first; _planned++) _plannedBytes += recipe.Chunks[_planned].LengthBytes;
        while (_planned < _end && (_planned < _asked || _plannedBytes - _askedBytes < objects.AheadBytes)) Plan();
        var tasks = new HashSet<Task>();
        for (var i = first; i < first + count; i++)
        {
            if (_runs.Remove(i, out var run) && !run.IsCompleted) tasks.Add(run);
        }

        return tasks.Count == 0 ? Task.CompletedTask : Task.WhenAll(tasks);
    }

    /// <summary>Begins the next run of chunks that lie side by side.</summary>
    private void Plan()
    {
        PackFile? pack = null;
        var begin = _planned;
        long start = 0, end = 0;
        for (; _planned < _end; _planned++)
        {
            var chunk = recipe.Chunks[_planned];
            // What is not known here is looked up when it is read; then the run is empty, or ends.
            if (objects.TryFindKnown(chunk.Id, out var place))
            {
                if (pack is not null && !Follows(place, pack, start, end)) break;
                if (pack is null) (pack, start) = (place.Pack, place.OffsetBytes);
                end = Math.Max(end, place.OffsetBytes + place.Info.StoredBytes);
            }
            else if (pack is not null)
            {
                break;
            }

            _plannedBytes += chunk.LengthBytes;
        }

        if (pack is null) return;
        var run = objects.FetchAsync(pack, start, (int)(end - start));
        for (var i = begin; i < _planned; i++) _runs[i] = run;
    }

    private static bool Follows(Index.ObjectPlace place, PackFile pack, long start, long end) =>
        place.Pack == pack
        && place.OffsetBytes >= start
        && place.OffsetBytes - end <= GapBytesMax
        && Math.Max(end, place.OffsetBytes + place.Info.StoredBytes) - start <= RunBytesMax;

    private static int CountBefore(FileRecipe recipe, long endBytes)
    {
        long position = 0;
        var count = 0;
        while (count < recipe.Chunks.Count && position < endBytes) position += recipe.Chunks[count++].LengthBytes;
        return count;
    }
}
