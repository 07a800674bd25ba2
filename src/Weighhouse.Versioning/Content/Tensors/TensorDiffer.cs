using Weighhouse.Blobs;
using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content.Tensors;

/// <summary>
/// Compares two containers of tensors by their headers and the pieces of their files. Weights are read only where pieces lie askew, and
/// for statistics.
/// </summary>
internal sealed class TensorDiffer(FileContent old, FileContent current, int changesMax, CancellationToken cancellation)
{
    /// <summary>Bytes of tensors whose names are gone that are read to find them under another name, where pieces do not tell.</summary>
    private const long RenameBytesMax = 256L << 20;

    private const int BeginningBytes = 4 << 10;

    private readonly List<TensorChange> _changes = [];
    private readonly List<(int Change, FileRange Old, FileRange New, NumberType Type)> _moved = [];
    private long _renameBytes = RenameBytesMax;
    private int _same;
    private long _changedBytes;

    private bool AreCut => old.Chunks is not null && current.Chunks is not null;

    public TensorDiff Compare(TensorFile before, TensorFile after, bool withStatistics)
    {
        var known = ByName(before.Tensors);
        var added = new List<TensorInfo>();
        foreach (var (name, tensor) in ByName(after.Tensors))
        {
            if (known.Remove(name, out var was)) Pair(was, tensor);
            else added.Add(tensor);
        }

        FindRenames([.. known.Values], added);
        if (withStatistics) Measure();
        _changes.Sort(static (one, other) => one.Kind != other.Kind
            ? one.Kind.CompareTo(other.Kind)
            : string.CompareOrdinal(one.Name, other.Name));
        var facts = FactsOf(before.Facts, after.Facts);
        return new TensorDiff(
            before.Tensors.Count, after.Tensors.Count, _same, ElementsOf(before.Tensors), ElementsOf(after.Tensors), _changedBytes,
            _changes.Count > changesMax ? _changes[..changesMax] : _changes, facts.Count > changesMax ? facts[..changesMax] : facts,
            _changes.Count > changesMax || facts.Count > changesMax);
    }

    public static long ElementsOf(IReadOnlyList<TensorInfo> tensors)
    {
        var sum = (Int128)0;
        foreach (var tensor in tensors) sum += TensorFile.ElementsOf(tensor);
        return sum > long.MaxValue ? long.MaxValue : (long)sum;
    }

    /// <summary>Names are unique in every format we read; in a file that breaks this the last one stands.</summary>
    private static Dictionary<string, TensorInfo> ByName(IReadOnlyList<TensorInfo> tensors)
    {
        var byName = new Dictionary<string, TensorInfo>(tensors.Count, StringComparer.Ordinal);
        foreach (var tensor in tensors) byName[tensor.Name] = tensor;
        return byName;
    }

    private void Pair(TensorInfo was, TensorInfo now)
    {
        if (was.DataType != now.DataType) Add(TensorChangeKind.Retyped, was, now);
        else if (!was.Shape.SequenceEqual(now.Shape)) Add(TensorChangeKind.Reshaped, was, now);
        else if (RangeComparison.AreEqual(RangeOf(old, was), RangeOf(current, now), cancellation)) _same++;
        else
        {
            if (NumberTypes.Of(now.DataType) is { } type && was.LengthBytes == now.LengthBytes
                && now.LengthBytes == (Int128)TensorFile.ElementsOf(now) * NumberTypes.BytesOf(type))
                _moved.Add((_changes.Count, RangeOf(old, was), RangeOf(current, now), type));
            Add(TensorChangeKind.Changed, was, now);
        }
    }

    private void FindRenames(List<TensorInfo> removed, List<TensorInfo> added)
    {
        if (removed.Count == 0)
        {
            foreach (var tensor in added) Add(TensorChangeKind.Added, null, tensor);
            return;
        }

        var byLook = removed.OrderBy(static tensor => tensor.OffsetBytes).ToLookup(
            tensor => LookOf(old, tensor), StringComparer.Ordinal);
        var renamed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in added)
        {
            var was = byLook[LookOf(current, tensor)].FirstOrDefault(
                candidate => !renamed.Contains(candidate.Name) && IsAffordable(candidate)
                    && RangeComparison.AreEqual(RangeOf(old, candidate), RangeOf(current, tensor), cancellation));
            if (was is null)
            {
                Add(TensorChangeKind.Added, null, tensor);
                continue;
            }

            renamed.Add(was.Name);
            Add(TensorChangeKind.Renamed, was, tensor);
        }

        foreach (var tensor in removed)
            if (!renamed.Contains(tensor.Name)) Add(TensorChangeKind.Removed, tensor, null);
    }

    /// <summary>A candidate that is not the one may have to be read to know it, where nobody has cut the file.</summary>
    private bool IsAffordable(TensorInfo candidate) =>
        AreCut || (_renameBytes -= candidate.LengthBytes) >= 0;

    /// <summary>What two tensors share when they are one: type, shape, and how they begin.</summary>
    private string LookOf(FileContent file, TensorInfo tensor) =>
        $"{tensor.DataType} {string.Join(',', tensor.Shape)} {tensor.LengthBytes} {BeginningOf(file, tensor)}";

    /// <summary>The name of the first piece where the tensor begins with one, as large ones do; else a hash of the first bytes.</summary>
    private string BeginningOf(FileContent file, TensorInfo tensor)
    {
        if (tensor.LengthBytes == 0) return "";
        if (AreCut && file.Chunks is { } chunks && chunks.Slices(tensor.OffsetBytes, tensor.LengthBytes).First() is var first
            && first.Skip == 0 && chunks[chunks.IndexAt(tensor.OffsetBytes)].LengthBytes == first.LengthBytes) return first.Id.ToString();
        var hash = default(HashCode);
        hash.AddBytes(file.Read(tensor.OffsetBytes, (int)Math.Min(tensor.LengthBytes, BeginningBytes)).Span);
        return $"{hash.ToHashCode()}";
    }

    private void Add(TensorChangeKind kind, TensorInfo? was, TensorInfo? now)
    {
        if (kind is not (TensorChangeKind.Removed or TensorChangeKind.Renamed)) _changedBytes += now!.LengthBytes;
        _changes.Add(new TensorChange(
            kind, (now ?? was)!.Name, kind == TensorChangeKind.Renamed ? was!.Name : null, was is null ? null : TensorFile.FactsOf(was),
            now is null ? null : TensorFile.FactsOf(now)));
    }

    private void Measure()
    {
        var movements = Movement.Measure([.. _moved.Select(static pair => (pair.Old, pair.New, pair.Type))], cancellation);
        for (var i = 0; i < _moved.Count; i++) _changes[_moved[i].Change] = _changes[_moved[i].Change] with { Movement = movements[i] };
    }

    private static FileRange RangeOf(FileContent file, TensorInfo tensor) => new(file, tensor.OffsetBytes, tensor.LengthBytes);

    private static List<FactChange> FactsOf(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after)
    {
        var changes = new List<FactChange>();
        foreach (var name in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (was, now) = (before.GetValueOrDefault(name), after.GetValueOrDefault(name));
            if (was != now) changes.Add(new FactChange(name, was, now));
        }

        return changes;
    }
}
