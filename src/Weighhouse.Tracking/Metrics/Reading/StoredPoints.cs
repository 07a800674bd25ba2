using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Metrics.Segments;

namespace Weighhouse.Tracking.Metrics.Reading;

/// <summary>Points as they lie in the tail and in blocks, decoded where the engine shows them.</summary>
internal static class StoredPoints
{
    private static readonly SqlText ListTail = TrackingSql.Catalog["ListTail"];
    private static readonly SqlText FindBlockPoints = TrackingSql.Catalog["FindBlockPoints"];

    /// <summary>
    /// Appends the series' tail, row for row, until the next row would make it more than so many points. Returns the last row taken and
    /// how many were.
    /// </summary>
    public static async ValueTask<Result<TailTaken>> ReadTailAsync(
        DbSession session, SeriesKey series, PointBuffer target, int pointsMax = int.MaxValue)
    {
        Error? error = null;
        var taken = default(TailTaken);
        await session.Prepare(ListTail).Bind("run_no", series.RunNo).Bind("key_no", series.KeyNo).ForEachAsync(row =>
        {
            if (taken.RowCount > 0 && target.Count + row.Long(1) > pointsMax)
            {
                taken = taken with { HasMore = true };
                return false;
            }

            row.Bytes(2, bytes => error = SegmentCodec.Decode(bytes, target));
            taken = taken with { LastTailNo = row.Long(0), RowCount = taken.RowCount + 1 };
            return error is null;
        });
        return error is null ? taken : error;
    }

    /// <summary>Appends a block's points.</summary>
    public static async ValueTask<Error?> ReadBlockAsync(DbSession session, long blockNo, PointBuffer target)
    {
        // Within a snapshot a listed block is there.
        Error? error = new(ErrorCode.Corrupted, $"The block {blockNo} of metric points is listed but missing.");
        await session.Prepare(FindBlockPoints).Bind("block_no", blockNo).ForEachAsync(row =>
        {
            row.Bytes(0, bytes => error = SegmentCodec.Decode(bytes, target));
            return false;
        });
        return error;
    }
}

/// <summary>How much of a tail was read.</summary>
internal readonly record struct TailTaken(long LastTailNo, int RowCount, bool HasMore);
