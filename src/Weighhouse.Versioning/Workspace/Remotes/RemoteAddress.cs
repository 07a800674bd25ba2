using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Workspace.Remotes;

/// <summary>Where a repository of a server is: <c>http://host:5000/repos/NAME</c>.</summary>
/// <param name="Server">The server, with what a proxy puts before the paths; ends in '/'.</param>
internal sealed record RemoteAddress(Uri Server, string Name)
{
    private const string Shape = "http://HOST:5000/repos/NAME";

    public string Door => $"repos/{Name}";

    public override string ToString() => $"{Server}repos/{Name}";

    /// <summary>Whether it names a server at all, and not a folder.</summary>
    public static bool IsServer(string address) =>
        address.Contains("://", StringComparison.Ordinal) && !address.StartsWith("file://", StringComparison.Ordinal);

    public static Result<RemoteAddress> Parse(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            return Error.Invalid($"'{PlainText.Cut(address, 128)}' is no repository's address, which looks like {Shape}", "address");
        if (uri.UserInfo.Length > 0)
        {
            return Error.Invalid(
                $"The address of {uri.Authority} holds a name or a secret, which would be kept for everybody to read. Leave it out, and "
                + $"sign in once: weigh login --url {uri.Scheme}://{uri.Authority}; or set WEIGH_TOKEN",
                "address");
        }

        var path = uri.AbsolutePath.TrimEnd('/');
        var cut = path.LastIndexOf("/repos/", StringComparison.Ordinal);
        var name = cut < 0 ? "" : path[(cut + "/repos/".Length)..];
        if (name.Length == 0 || name.Contains('/') || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            return Error.Invalid($"'{PlainText.Cut(address, 128)}' names no repository: the address of one looks like {Shape}", "address");
        return new RemoteAddress(new Uri(uri, path[..cut] + "/"), name);
    }
}
