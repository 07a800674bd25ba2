using System.Globalization;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>What to do where both sides changed the same thing differently.</summary>
public enum MergeChoice
{
    /// <summary>Tell it as a conflict.</summary>
    Fail,
    Ours,
    Theirs,
}

/// <summary>How conflicts are settled: by the longest path that holds the place in question, else by the default.</summary>
/// <param name="Paths">Files or folders with a choice of their own.</param>
public sealed record MergeStrategy(
    MergeChoice Default = MergeChoice.Fail, IReadOnlyList<KeyValuePair<TreePath, MergeChoice>>? Paths = null)
{
    public static readonly MergeStrategy Fail = new();

    /// <summary>
    /// Whether files that both sides changed are merged by what they hold: tensors, rows, keys, lines. Without, each is a whole.
    /// </summary>
    public bool LooksInside { get; init; } = true;

    /// <summary>The columns by which rows of tables are the same row, for tables that have them; null to look for one.</summary>
    public IReadOnlyList<string>? Key { get; init; }

    /// <summary>How to mix models that both sides changed; null to merge them tensor by tensor. Never unasked.</summary>
    public WeightRecipe? Weights { get; init; }

    public MergeChoice For(TreePath path)
    {
        var (choice, length) = (Default, -1);
        foreach (var (place, chosen) in Paths ?? [])
            if (place.Contains(path) && place.Text.Length > length) (choice, length) = (chosen, place.Text.Length);
        return choice;
    }
}

public enum ConflictKind
{
    /// <summary>Both sides changed it, differently.</summary>
    BothModified,
    /// <summary>Both sides added it, differently.</summary>
    BothAdded,
    /// <summary>Our side deleted what theirs changed.</summary>
    DeletedByUs,
    /// <summary>Their side deleted what ours changed.</summary>
    DeletedByThem,
    /// <summary>One side has a folder where the other has a file or a link.</summary>
    FolderAgainstFile,
}

public enum WeightMethod
{
    /// <summary>Half of each.</summary>
    Average,
    /// <summary>A share of ours and the rest of theirs.</summary>
    Weighted,
    /// <summary>The base, and of what each side moved away from it a part: base + ours (o - base) + theirs (t - base).</summary>
    TaskArithmetic,
}

/// <summary>How weights are mixed.</summary>
/// <param name="Ours">The factor of our side; for task arithmetic, of what it moved.</param>
public sealed record WeightRecipe(WeightMethod Method, double Ours, double Theirs)
{
    /// <summary>The fact of a merge's commit that says how weights were mixed.</summary>
    public const string Fact = "merge.weights";

    /// <summary>The fact that says in which files.</summary>
    public const string FilesFact = "merge.weights.files";

    public static readonly WeightRecipe Average = new(WeightMethod.Average, 0.5, 0.5);

    /// <summary>"average", "weighted:0.7" (of ours) or "task:1,0.5" (of ours and of theirs).</summary>
    public static Result<WeightRecipe> Parse(string text)
    {
        if (text == "average") return Average;
        var numbers = text[(text.IndexOf(':') + 1)..].Split(',');
        if (text.StartsWith("weighted:", StringComparison.Ordinal) && numbers is [var share] && Factor(share) is >= 0 and <= 1 and { } part)
            return new WeightRecipe(WeightMethod.Weighted, part, 1 - part);
        if (text.StartsWith("task:", StringComparison.Ordinal) && numbers is [var one, var two] && Factor(one) is { } ours
            && Factor(two) is { } theirs) return new WeightRecipe(WeightMethod.TaskArithmetic, ours, theirs);
        return Error.Invalid(
            $"The weights are '{PlainText.Cut(text, 60)}'; say average, weighted:SHARE with the share of ours from 0 to 1, or "
            + "task:OURS,THEIRS with two factors from -100 to 100.", "weights");
    }

    public override string ToString() => Method switch
    {
        WeightMethod.Average => "average",
        WeightMethod.Weighted => string.Create(CultureInfo.InvariantCulture, $"weighted:{Ours:R}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"task:{Ours:R},{Theirs:R}"),
    };

    private static double? Factor(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var factor) && Math.Abs(factor) <= 100 ? factor : null;
}

/// <summary>Where inside a file both sides changed the same, with what each has there; null where it is absent.</summary>
/// <param name="Place">"tensor conv1.weight", "row id=5, column label", "optimizer.lr", "line 12".</param>
public sealed record MergePlace(string Place, string? Base, string? Ours, string? Theirs);

/// <summary>A place that both sides changed differently, as each of the three trees has it; null where it is absent.</summary>
public sealed record MergeConflict(TreePath Path, ConflictKind Kind, TreeEntry? Base, TreeEntry? Ours, TreeEntry? Theirs)
{
    /// <summary>Where in the file, as far as its content is understood; the first 100 such places.</summary>
    public IReadOnlyList<MergePlace> Places { get; init; } = [];
}

/// <summary>The outcome of merging two trees.</summary>
/// <param name="Tree">The merged tree; where there are conflicts, with our side in their places.</param>
/// <param name="Conflicts">By path; empty when the merge is clean.</param>
public sealed record MergedTree(TreeInfo Tree, IReadOnlyList<MergeConflict> Conflicts)
{
    /// <summary>What the merge's commit must say of how it was made.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = Commit.NoFacts;
}

/// <param name="Into">The branch that moves, such as "main".</param>
/// <param name="From">What is merged: a branch, a tag, a commit.</param>
/// <param name="Message">Null for one that says what was merged.</param>
/// <param name="AllowFastForward">Whether the branch simply moves where it has nothing of its own.</param>
public sealed record MergeRequest(
    string Into, string From, MergeStrategy Strategy, string? Message = null, bool AllowFastForward = true, CommitAuthor? Author = null)
{
    /// <summary>Only say what would happen: nothing is made and nothing moves. Who may view the repository may ask.</summary>
    public bool IsPreview { get; init; }
}

/// <param name="Branch">The branch that moves.</param>
/// <param name="Commit">The commit whose changes are taken back or repeated.</param>
/// <param name="Mainline">For a merge commit, against which of its parents its changes are told, from 1; 0 for any other.</param>
public sealed record ReplayRequest(
    string Branch, string Commit, MergeStrategy Strategy, string? Message = null, int Mainline = 0, CommitAuthor? Author = null);

public enum MergeResultKind
{
    /// <summary>The branch has all of it already.</summary>
    UpToDate,
    /// <summary>The branch moved to what was merged.</summary>
    FastForward,
    /// <summary>A new commit.</summary>
    Committed,
    /// <summary>Nothing was changed: see the conflicts.</summary>
    Conflicts,
}

/// <param name="Head">Where the branch is now.</param>
public sealed record MergeResult(MergeResultKind Kind, Digest Head, IReadOnlyList<MergeConflict> Conflicts);

/// <summary>Compares trees, and brings the changes of one history into another.</summary>
public interface IMerges
{
    /// <summary>The differences from one commit to another; null is the empty tree.</summary>
    ValueTask<Result<TreeDiff>> DiffAsync(
        Principal caller, string repository, Digest? old, Digest? current, DiffQuery query, CancellationToken cancellation);

    ValueTask<Result<MergeResult>> MergeAsync(
        Principal caller, string repository, MergeRequest request, CancellationToken cancellation);

    /// <summary>A new commit on the branch that takes a commit's changes back.</summary>
    ValueTask<Result<MergeResult>> RevertAsync(
        Principal caller, string repository, ReplayRequest request, CancellationToken cancellation);

    /// <summary>A new commit on the branch that repeats a commit's changes.</summary>
    ValueTask<Result<MergeResult>> CherryPickAsync(
        Principal caller, string repository, ReplayRequest request, CancellationToken cancellation);
}
