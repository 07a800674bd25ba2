using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Api;

internal sealed record RepositoryView(
    string Project, string Name, string? Description, string DefaultBranch, long? QuotaBytes, long AddedBytes, long CreatedMs,
    string CreatedBy, long UpdatedMs, long? DeletedMs, string? GovernedBy)
{
    public static RepositoryView Of(Repository repository) => new(
        repository.Project, repository.Name, repository.Description, repository.DefaultBranch, repository.QuotaBytes,
        repository.AddedBytes, repository.CreatedMs, repository.CreatedBy, repository.UpdatedMs, repository.DeletedMs,
        repository.GovernedBy);
}

internal sealed record RepositoryPage(IReadOnlyList<RepositoryView> Repositories, string? NextPageToken);

internal sealed record CreateRepositoryRequest(
    string? Name, string? Description, string? Project, string? DefaultBranch, long? QuotaBytes);

/// <param name="QuotaBytes">Below zero takes the limit away.</param>
internal sealed record ChangeRepositoryRequest(string? Description, string? DefaultBranch, long? QuotaBytes, string? Name);

internal sealed record RefView(string Name, string ShortName, string Commit, long UpdatedMs, string UpdatedBy)
{
    public static RefView Of(Ref reference) => new(
        reference.Name, reference.ShortName, reference.Commit.ToString(), reference.UpdatedMs, reference.UpdatedBy);
}

internal sealed record RefPage(IReadOnlyList<RefView> Refs, string? NextPageToken);

/// <param name="Commit">Where it goes: a branch, a tag, an id.</param>
/// <param name="Expected">Where it is, as an id; absent when it must not exist.</param>
/// <param name="Force">Whether a branch may lose commits.</param>
internal sealed record SetRefRequest(string? Commit, string? Expected, bool Force);

internal sealed record RefLogView(string? Old, string? New, long AtMs, string Actor, string Reason);

internal sealed record RefLogPage(IReadOnlyList<RefLogView> Entries, string? NextPageToken);

internal sealed record AuthorView(string Name, string? Email);

internal sealed record LinkView(string Relation, string Target);

internal sealed record CommitRow(
    string Id, string Tree, IReadOnlyList<string> Parents, AuthorView Author, long TimeMs, string Message,
    IReadOnlyDictionary<string, string> Facts, IReadOnlyList<LinkView> Links)
{
    public static CommitRow Of(NamedCommit named) => new(
        named.Id.ToString(), named.Commit.Tree.ToString(), [.. named.Commit.Parents.Select(static parent => parent.ToString())],
        new AuthorView(named.Commit.Author.Name, named.Commit.Author.Email is { Length: > 0 } email ? email : null), named.Commit.TimeMs,
        named.Commit.Message, named.Commit.Facts, [.. named.Commit.Links.Select(static link => new LinkView(link.Relation, link.Target))]);
}

internal sealed record CommitPage(IReadOnlyList<CommitRow> Commits, string? NextPageToken);

internal sealed record ComparisonView(long Ahead, long Behind, IReadOnlyList<string> MergeBases);

internal sealed record BisectView(string Next, long Left);

internal sealed record EntryView(string Name, string Kind, bool Executable, string Id, long SizeBytes)
{
    public static EntryView Of(TreeEntry entry) =>
        new(entry.Name, Word(entry.Kind), entry.IsExecutable, entry.Id.ToString(), entry.SizeBytes);

    public static EntryView? Of(TreeEntry? entry) => entry is { } known ? Of(known) : null;

    public static string Word(EntryKind kind) => kind switch
    {
        EntryKind.File => "file",
        EntryKind.Folder => "folder",
        EntryKind.Symlink => "symlink",
        _ => Invariant.Unreachable<string>(kind),
    };
}

internal sealed record TreePage(string Commit, string Path, IReadOnlyList<EntryView> Entries, string? NextPageToken);

internal sealed record ChangeView(string Kind, string Path, string? OldPath, EntryView? Old, EntryView? New, double? Similarity)
{
    public static ChangeView Of(TreeChange change) => new(
        Words.Of(change.Kind), change.Path.Text, change.OldPath?.Text, EntryView.Of(change.Old), EntryView.Of(change.New),
        change.Kind == ChangeKind.Renamed ? change.Similarity : null);
}

/// <param name="Cut">Whether there are more changes than were asked for.</param>
internal sealed record DiffView(string From, string To, IReadOnlyList<ChangeView> Changes, bool Cut);

internal sealed record ChoiceRequest(string? Path, string? Choice);

/// <param name="Strategy">fail, ours or theirs.</param>
/// <param name="Paths">Files and folders with a choice of their own.</param>
/// <param name="WholeFiles">Whether a file that both sides changed is a conflict, whatever it holds.</param>
/// <param name="Key">The columns by which rows of tables are the same row.</param>
/// <param name="Weights">average, weighted:SHARE or task:OURS,THEIRS to mix models that both sides changed.</param>
/// <param name="Preview">Change nothing.</param>
internal sealed record MergeApiRequest(
    string? Into, string? From, string? Message, string? Strategy, IReadOnlyList<ChoiceRequest>? Paths, bool? FastForward,
    bool? WholeFiles, IReadOnlyList<string>? Key, string? Weights, bool? Preview);

/// <param name="Mainline">For a merge commit, the parent whose side stays, from 1.</param>
internal sealed record ReplayApiRequest(
    string? Branch, string? Commit, string? Message, string? Strategy, IReadOnlyList<ChoiceRequest>? Paths, int? Mainline,
    bool? WholeFiles, IReadOnlyList<string>? Key);

/// <param name="Places">Where in the file, as far as its content is understood; at most 100.</param>
internal sealed record ConflictView(
    string Path, string Kind, EntryView? Base, EntryView? Ours, EntryView? Theirs, IReadOnlyList<MergePlace>? Places);

/// <param name="Result">up_to_date, fast_forward, committed or conflicts.</param>
internal sealed record MergeView(string Result, string Head, IReadOnlyList<ConflictView> Conflicts)
{
    public static MergeView Of(MergeResult result) => new(
        Words.Of(result.Kind), result.Head.ToString(),
        [
            .. result.Conflicts.Select(static conflict => new ConflictView(
                conflict.Path.Text, Words.Of(conflict.Kind), EntryView.Of(conflict.Base), EntryView.Of(conflict.Ours),
                EntryView.Of(conflict.Theirs), conflict.Places.Count > 0 ? conflict.Places : null)),
        ]);
}

internal sealed record DamageView(string Repository, string Ref, string Commit, string Path, string Id, string Problem);

internal sealed record CheckView(long Commits, long Trees, long Files, IReadOnlyList<DamageView> Damages)
{
    public static CheckView Of(GraphCheckReport report) => new(
        report.Commits, report.Trees, report.Files,
        [
            .. report.Damages.Select(static damage => new DamageView(
                damage.Repository, damage.Ref, damage.Commit.ToString(), damage.Path.Text, damage.Id.ToString(), damage.Problem)),
        ]);
}

internal sealed record EdgeRequest(string? Source, string? Relation, string? Destination);

internal sealed record EdgesRequest(string? Project, IReadOnlyList<EdgeRequest>? Edges);

internal sealed record NodeView(string Node, int Distance);

internal sealed record EdgeView(string Project, string Source, string Relation, string Destination, long AtMs, string Actor);

internal sealed record LineageView(IReadOnlyList<NodeView> Nodes, IReadOnlyList<EdgeView> Edges, bool Cut)
{
    public static LineageView Of(LineageGraph graph) => new(
        [.. graph.Nodes.Select(static node => new NodeView(node.Node, node.Distance))],
        [
            .. graph.Edges.Select(static edge => new EdgeView(
                edge.Project, edge.Edge.Source, edge.Edge.Relation, edge.Edge.Destination, edge.AtMs, edge.Actor)),
        ],
        graph.IsCut);
}
