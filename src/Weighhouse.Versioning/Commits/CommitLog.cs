using System.Globalization;
using System.Text;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Commits;

/// <summary>Lists a history page by page. A page begins where the last one stopped, whatever was committed since.</summary>
internal sealed class CommitLog(
    CommitGraph graph, DbSession session, TreeReader trees, Func<Digest, Result<NamedCommit>> load, LogQuery query)
{
    /// <summary>A path that changes seldom must not make one request walk a whole history: the page then comes back short.</summary>
    private const int ExaminedMax = 20_000;

    /// <summary>A commit's words are in the store: each takes a read of some microseconds.</summary>
    private const int ReadMax = 5_000;

    /// <summary>Places a token can hold; a history with more parallel lines is walked again from its heads.</summary>
    private const int PlacesMax = 500;

    private readonly Frontier _frontier = new();
    private readonly Dictionary<Digest, Digest?> _seen = [];

    public async ValueTask<Result<(List<CommitNode> Nodes, string? Token)>> ReadAsync(PageRequest page)
    {
        var key = KeyOf(query);
        if (!(await StartAsync(page.Token, key)).TryGet(out var skip, out var error)) return error;
        var found = new List<CommitNode>();
        long passed = 0;
        var examinedMax = query.Author is null && query.Text is null ? ExaminedMax : ReadMax;
        for (var examined = 0; found.Count < page.Size && examined < examinedMax + skip; examined++)
        {
            if (!_frontier.Any(Reached.FromOne) || !_frontier.TryTake(out var node, out var reached)) return (found, null);
            var parents = await graph.ParentsAsync(session, node, _frontier.Walk);
            foreach (var parent in query.FirstParentOnly && reached == Reached.FromOne ? parents.Take(1) : parents)
                _frontier.Reach(parent, reached);
            if (reached != Reached.FromOne) continue;
            passed++;
            if (passed <= skip) continue;
            if (!Touches(node, parents).TryGet(out var touches, out error)) return error;
            if (!touches) continue;
            if (!Says(node).TryGet(out var says, out error)) return error;
            if (says) found.Add(node);
        }

        return (found, _frontier.Any(Reached.FromOne) ? Token(key, passed) : null);
    }

    private async ValueTask<Result<long>> StartAsync(string? token, string key)
    {
        string?[] values = [];
        if (token is not null && !PageToken.Decode(key, token, 2).TryGet(out values!, out var error)) return error;
        if (values.Length == 0 || values[1] is null)
        {
            foreach (var (ids, mark) in new[] { (query.Heads, Reached.FromOne), (query.Without ?? [], Reached.FromOther) })
            {
                foreach (var id in ids)
                {
                    if (await graph.FindAsync(session, id) is not { } node) return CommitService.Missing(id);
                    _frontier.Reach(node, mark);
                }
            }

            return values.Length == 0 ? 0 : long.Parse(values[0]!, CultureInfo.InvariantCulture);
        }

        foreach (var place in values[1]!.Split(','))
        {
            if (place.Length < Digest.Size * 2 || !Digest.TryParse(place.AsSpan(0, Digest.Size * 2), out var id)
                || await graph.FindAsync(session, id) is not { } node)
                return Error.Invalid("Invalid page_token: it names a commit the repository does not have.", "page_token");
            _frontier.Reach(node, place.EndsWith('x') ? Reached.FromOther : place.EndsWith('y') ? Reached.Both : Reached.FromOne);
        }

        return 0;
    }

    private string Token(string key, long passed)
    {
        if (_frontier.Count > PlacesMax / 4) return PageToken.Encode(key, passed.ToString(CultureInfo.InvariantCulture), null);
        var places = new StringBuilder();
        foreach (var (node, mark) in _frontier.Waiting)
        {
            if (places.Length > 0) places.Append(',');
            places.Append(node.Id).Append(mark switch { Reached.FromOther => "x", Reached.Both => "y", _ => "" });
        }

        return PageToken.Encode(key, null, places.ToString());
    }

    /// <summary>Whether the commit changed what the query's path names: it differs from every parent's.</summary>
    private Result<bool> Touches(CommitNode node, CommitNode[] parents)
    {
        if (query.Path.IsRoot) return true;
        if (!IdAt(node.Tree).TryGet(out var here, out var error)) return error;
        if (parents.Length == 0) return here is not null;
        foreach (var parent in parents)
        {
            if (!IdAt(parent.Tree).TryGet(out var there, out error)) return error;
            if (here == there) return false;
        }

        return true;
    }

    /// <summary>Whether the commit's words are those the query asks for.</summary>
    private Result<bool> Says(CommitNode node)
    {
        if (query.Author is null && query.Text is null) return true;
        return load(node.Id).Map(named =>
            (query.Author is not { } author || Has(named.Commit.Author.Name, author) || Has(named.Commit.Author.Email, author))
            && (query.Text is not { } text || Has(named.Commit.Message, text)));
    }

    private static bool Has(string words, string part) => words.Contains(part, StringComparison.OrdinalIgnoreCase);

    private Result<Digest?> IdAt(Digest tree)
    {
        if (_seen.TryGetValue(tree, out var known)) return known;
        var followed = trees.Follow(tree, query.Path);
        if (followed.Error is { Code: not ErrorCode.NotFound } damage) return damage;
        Digest? id = followed.IsFailure ? null : followed.Value.Id;
        _seen[tree] = id;
        return id;
    }

    private static string KeyOf(LogQuery query)
    {
        var key = new StringBuilder("log ").Append(query.FirstParentOnly).Append(' ').Append(query.Path.Text)
            .Append('\n').Append(query.Author).Append('\n').Append(query.Text);
        foreach (var id in query.Heads) key.Append("\n+").Append(id);
        foreach (var id in query.Without ?? []) key.Append("\n-").Append(id);
        return key.ToString();
    }
}
