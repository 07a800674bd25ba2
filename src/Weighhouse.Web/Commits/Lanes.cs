using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Web.Commits;

/// <summary>A line of a row of the graph, from a lane at its top or its dot to the dot or a lane at its bottom.</summary>
/// <param name="From">The lane it begins in.</param>
/// <param name="To">The lane it ends in.</param>
public readonly record struct LaneLine(int From, int To, LanePart Part);

public enum LanePart
{
    /// <summary>Past the commit, from top to bottom.</summary>
    Through,
    /// <summary>From the top into the commit's dot.</summary>
    In,
    /// <summary>From the dot to the bottom.</summary>
    Out,
}

/// <summary>How one commit lies among those around it.</summary>
/// <param name="Dot">The lane the commit is in.</param>
public sealed record LaneRow(int Dot, IReadOnlyList<LaneLine> Lines);

/// <summary>
/// Lays a history out in lanes, row by row: a lane waits for the commit that comes next in it. The lanes that are open where a page ends
/// are a short text for the address of the next page, so that its lines go on where these stopped.
/// </summary>
internal sealed class Lanes
{
    /// <summary>Lanes that are drawn side by side. A history with more parallel lines draws those past it in the last.</summary>
    public const int CountMax = 12;

    /// <summary>Enough of an id to tell the commits of one page from each other.</summary>
    private const int NameLength = 12;
    private const string Free = "-";

    private readonly List<string?> _open = [];

    /// <param name="text">As <see cref="ToString"/> wrote it; anything else begins anew.</param>
    public Lanes(string? text)
    {
        foreach (var name in (text ?? "").Split('.', CountMax + 1))
        {
            if (name is Free) _open.Add(null);
            else if (name.Length == NameLength && name.All(char.IsAsciiHexDigitLower)) _open.Add(name);
            else break;
        }
    }

    public LaneRow Add(NamedCommit commit)
    {
        var name = NameOf(commit.Id);
        var dot = _open.IndexOf(name);
        var lines = new List<LaneLine>();
        for (var lane = 0; lane < _open.Count; lane++)
        {
            if (_open[lane] is not { } waited) continue;
            // Wherever a child of it was: all of them end here.
            lines.Add(waited == name ? new LaneLine(lane, dot, LanePart.In) : new LaneLine(lane, lane, LanePart.Through));
            if (waited == name) _open[lane] = null;
        }

        if (dot < 0) dot = Take();
        foreach (var parent in commit.Commit.Parents)
        {
            var waiting = NameOf(parent);
            var lane = _open.IndexOf(waiting);
            if (lane < 0)
            {
                // The first parent goes on where the commit is; the others turn off.
                lane = dot < _open.Count && _open[dot] is not null ? Take() : dot;
                while (_open.Count <= lane) _open.Add(null);
                _open[lane] = waiting;
            }

            lines.Add(new LaneLine(dot, lane, LanePart.Out));
        }

        while (_open.Count > 0 && _open[^1] is null) _open.RemoveAt(_open.Count - 1);
        return new LaneRow(dot, lines);
    }

    public override string ToString() => string.Join('.', _open.Take(CountMax).Select(name => name ?? Free));

    /// <summary>The first lane that is free.</summary>
    private int Take() => _open.IndexOf(null) is var free and >= 0 ? free : _open.Count;

    private static string NameOf(Digest id) => id.ToString()[..NameLength];
}
