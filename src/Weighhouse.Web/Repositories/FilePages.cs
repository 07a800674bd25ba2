using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Web.Catalogue;
using Weighhouse.Web.Files;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Repositories;

/// <summary>Folders and files of a revision.</summary>
internal static class FilePages
{
    /// <summary>Names of a folder on one page.</summary>
    private const int EntriesShown = 500;

    /// <summary>A README is read whole or, past this, its beginning.</summary>
    private const int ReadmeBytesMax = 256 * 1024;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/repositories/{name}", Policy.View, ShowAsync);
        routes.MapPage("/repositories/{name}/files/{**path}", Policy.View, ShowAsync);
        routes.MapData("/repositories/{name}/raw/{**path}", Policy.View, PictureReply.AnswerAsync);
    }

    private static async ValueTask<IResult> ShowAsync(PageCall call)
    {
        if (!(await RepositoryReader.ReadAsync(call, RepositoryTab.Files)).TryGet(out var model, out var error)) return call.Fail(error);
        if (!TreePath.Parse(call.Route("path")).TryGet(out var path, out error)) return call.Fail(error);
        if (model.Head is null) return call.Show<EmptyRepositoryPage>(RepositoryReader.HeadOf(call, model), model);
        var found = await call.Get<IFiles>().FindAsync(call.Caller, model.Facts.Name, model.Head.Id, path, call.Cancellation);
        if (!found.TryGet(out var entry, out error)) return call.Fail(error);
        return entry.Kind is EntryKind.Folder ? await FolderAsync(call, model, path) : await FileAsync(call, model, path, entry);
    }

    private static async ValueTask<IResult> FolderAsync(PageCall call, RepositoryModel model, TreePath path)
    {
        var listed = await call.Get<IFiles>().ListAsync(
            call.Caller, model.Facts.Name, model.Head!.Id, path, new PageRequest(EntriesShown, call.Query("page")), call.Cancellation);
        if (!listed.TryGet(out var page, out var error)) return call.Fail(error);
        if (!(await CataloguePages.OfAsync(call, model, path)).TryGet(out var catalogue, out error)) return call.Fail(error);
        var changes = await call.Get<ICommits>().LastChangesAsync(
            call.Caller, model.Facts.Name, model.Head.Id, path, [.. page.Items.Select(static entry => entry.Name)], call.Cancellation);
        var shown = new FolderModel(
            model, path.Text, [.. page.Items.OrderBy(static entry => entry.Kind is not EntryKind.Folder)], page.NextToken,
            call.Query("page") is not null, await ReadmeAsync(call, model, path, page.Items), catalogue,
            changes.IsFailure ? FolderModel.NoChanges : changes.Value);
        return call.Show<FolderPage>(HeadOf(call, model, path), shown);
    }

    private static async ValueTask<IResult> FileAsync(PageCall call, RepositoryModel model, TreePath path, TreeEntry file)
    {
        var preview = await Previews.OfAsync(SourceOf(call, model, path, file));
        // What a table's columns hold, a model's tensors, a picture's size: told from headers and first rows alone.
        var described = preview.Kind is FileKind.Text or FileKind.Json or FileKind.Markdown
            ? null
            : (Result<ContentSummary>?)await call.Get<IContents>().DescribeAsync(
                call.Caller, model.Facts.Name, model.Head!.Id, path, statistics: false, call.Cancellation);
        var summary = described is { IsFailure: false } told ? told.Value : null;
        if (!(await CataloguePages.OfAsync(call, model, path)).TryGet(out var catalogue, out var error)) return call.Fail(error);
        return call.Show<FilePage>(HeadOf(call, model, path), new FileModel(model, path.Text, file, preview, summary, catalogue));
    }

    private static async ValueTask<Preview?> ReadmeAsync(
        PageCall call, RepositoryModel model, TreePath path, IReadOnlyList<TreeEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Kind is not EntryKind.File || !entry.Name.Equals("readme.md", StringComparison.OrdinalIgnoreCase)) continue;
            var preview = await Previews.OfAsync(SourceOf(call, model, path.Append(entry.Name), entry));
            return preview.Kind is FileKind.Markdown ? preview : null;
        }

        return null;
    }

    private static PreviewSource SourceOf(PageCall call, RepositoryModel model, TreePath path, TreeEntry file) => new(
        new PreviewFile(
            file.Name, path.Text, file.SizeBytes, file.Id.ToString(), model.RawUrl(path.Text), model.DownloadUrl(path.Text), null),
        count => RepositoryReader.ReadStartAsync(call, model, file, Math.Min(count, ReadmeBytesMax)),
        image => RepositoryModel.Resolve(image) is { } resolved ? model.RawUrl(resolved) : null,
        link => RepositoryModel.Resolve(link) is { } resolved ? model.FileUrl(resolved) : null);

    private static PageHead HeadOf(PageCall call, RepositoryModel model, TreePath path)
    {
        if (path.IsRoot) return RepositoryReader.HeadOf(call, model);
        var crumbs = new List<Crumb>();
        var place = TreePath.Root;
        foreach (var name in path.Names)
        {
            place = place.Append(name);
            crumbs.Add(new Crumb(name, place == path ? null : model.FileUrl(place.Text)));
        }

        return RepositoryReader.HeadOf(call, model, $"{path.Name} · {model.Facts.Name}", crumbs);
    }
}

/// <param name="Entries">Folders first.</param>
/// <param name="Readme">Null when the folder has none.</param>
/// <param name="Catalogue">Null where another branch than the default one is shown.</param>
/// <param name="Changes">The last commit that changed a name, where it could be told without waiting.</param>
public sealed record FolderModel(
    RepositoryModel Repository, string Path, IReadOnlyList<TreeEntry> Entries, string? NextToken, bool IsLaterPage,
    Preview? Readme, CatalogueModel? Catalogue, IReadOnlyDictionary<string, NamedCommit> Changes)
{
    public static readonly IReadOnlyDictionary<string, NamedCommit> NoChanges = new Dictionary<string, NamedCommit>();

    /// <summary>Of all files below it; null where only a part of its names is known.</summary>
    public long? SizeBytes => NextToken is null && !IsLaterPage ? Entries.Sum(static entry => entry.SizeBytes) : null;

    public string PathOf(string name) => Path.Length == 0 ? name : $"{Path}/{name}";

    public string? ParentPath => Path.Length == 0 ? null : Path.LastIndexOf('/') is > 0 and var slash ? Path[..slash] : "";
}

/// <param name="Summary">What it holds, where it is more than text; null where nobody can tell.</param>
/// <param name="Catalogue">Null where another branch than the default one is shown.</param>
public sealed record FileModel(
    RepositoryModel Repository, string Path, TreeEntry File, Preview Preview, ContentSummary? Summary, CatalogueModel? Catalogue);
