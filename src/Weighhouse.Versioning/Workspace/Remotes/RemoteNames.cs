using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Remotes;

/// <summary>What a workspace calls the others it exchanges commits with.</summary>
internal static class RemoteNames
{
    public const string Origin = "origin";

    public static Result<IReadOnlyDictionary<string, string>> Change(WorkspaceSession session, string name, string? address)
    {
        var remotes = new Dictionary<string, string>(session.Configuration.Remotes, StringComparer.Ordinal);
        if (address is null && !remotes.Remove(name))
            return Error.NotFound($"There is no remote '{name}'. Those there are: weigh remote list");
        if (address is not null)
        {
            if (name.Length == 0 || name.Any(static character => !char.IsAsciiLetterOrDigit(character)
                && character is not ('-' or '_' or '.')))
                return Error.Invalid($"'{name}' is no remote's name: letters, digits, '-', '_' and '.' make one.", "name");
            if (remotes.ContainsKey(name)) return Error.Exists(
                $"There is a remote '{name}' already. Remove it first: weigh remote remove {name}");
            // A server may be asleep and its repository yet to be made: only the form of its address is looked at.
            if (RemoteAddress.IsServer(address))
            {
                if (!RemoteAddress.Parse(address).TryGet(out var parsed, out var mistake)) return mistake;
                address = parsed.ToString();
            }
            else if (FolderRemote.Locate(session.Folder.Root, address).Error is { } absent)
            {
                return absent;
            }

            remotes[name] = address;
        }

        session.Save(session.Configuration with { Remotes = remotes });
        return Done.Ok.Map<IReadOnlyDictionary<string, string>>(_ => remotes);
    }

    /// <summary>The remote meant: the one named; else the present branch's; else the only one there is, or "origin".</summary>
    public static Result<(string Name, string Address)> Find(WorkspaceSession session, string? name)
    {
        var remotes = session.Configuration.Remotes;
        if (remotes.Count == 0 && name is null)
            return Error.NotFound($"There is no remote. Name one: weigh remote add {Origin} FOLDER; or http://HOST:5000/repos/NAME");
        name ??= DefaultFor(session, session.Head.Branch);
        return remotes.TryGetValue(name, out var address)
            ? (name, address)
            : Error.NotFound($"There is no remote '{name}'. Name one: weigh remote add {name} FOLDER; or http://HOST:5000/repos/NAME");
    }

    /// <summary>The remote that a branch follows where none is named.</summary>
    public static string DefaultFor(WorkspaceSession session, string? branch)
    {
        var (remotes, followed) = (session.Configuration.Remotes, session.Configuration.Upstreams);
        if (branch is not null && followed.TryGetValue(branch, out var upstream) && remotes.ContainsKey(upstream)) return upstream;
        return remotes.Count == 1 ? remotes.Keys.Single() : Origin;
    }
}
