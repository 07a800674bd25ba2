using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content.Merging;

/// <summary>The three versions of a file.</summary>
internal sealed record MergeSides(TreePath Path, FileContent Base, FileContent Ours, FileContent Theirs);

/// <summary>What became of a file that both sides changed: new content, or the places where they disagree.</summary>
internal sealed class MergeOutcome
{
    private const int PlacesMax = 100;
    private const int ValueLengthMax = 500;

    private readonly List<MergePlace> _places = [];

    /// <summary>Null while there are disagreements.</summary>
    public Stream? Content { get; set; }

    public IReadOnlyList<MergePlace> Places => _places;

    public bool HasConflicts { get; private set; }

    /// <summary>Whether weights were mixed, which the commit must say.</summary>
    public bool IsMixed { get; set; }

    public void Disagree(string place, string? origin, string? ours, string? theirs)
    {
        HasConflicts = true;
        if (_places.Count < PlacesMax) _places.Add(new MergePlace(Cut(place)!, Cut(origin), Cut(ours), Cut(theirs)));
    }

    private static string? Cut(string? text) => text is null ? null : Kernel.PlainText.Cut(text, ValueLengthMax);
}
