using System.Text;
using Weighhouse.Data;
using Weighhouse.Http.Egress;
using Weighhouse.Kernel;

namespace Weighhouse.Notices.Hooks;

/// <summary>What a hook may be, and what it asks for.</summary>
internal static class HookRules
{
    private const int TypeLengthMax = 100;

    /// <summary>Null for a hook that can be kept.</summary>
    public static Error? Problem(Hook hook, string? secret, IEgress egress, NoticesOptions options)
    {
        if (hook.Name.Trim().Length == 0 || hook.Name.Length > options.NameLengthMax || hook.Name.Any(char.IsControl))
            return Error.Invalid($"A hook's name has 1 to {options.NameLengthMax} characters, none of them for control.", "name");
        if (egress.Check(hook.Url) is { IsFailure: true, Error: var refused }) return refused;
        if (hook.Types.Count == 0 || hook.Types.Count > options.TypesMax || !hook.Types.All(IsType))
            return Error.Invalid($"A hook has 1 to {options.TypesMax} patterns of types, such as version.* or *.", "types");
        if ((hook.SubjectKind is null) != (hook.SubjectName is null) || (hook.SubjectKind is { } kind && !Scope.Kinds.Contains(kind)))
            return Error.Invalid($"A subject has a kind ({string.Join(", ", Scope.Kinds)}) and a name, or there is none.", "subjectKind");
        if (secret is null) return null;
        var bytes = Encoding.UTF8.GetByteCount(secret);
        if (bytes >= options.SecretBytesMin && bytes <= options.SecretBytesMax) return null;
        return Error.Invalid($"A secret has {options.SecretBytesMin} to {options.SecretBytesMax} bytes.", "secret");
    }

    /// <summary>Null while there is room for one more.</summary>
    public static Error? TooMany(string project, (long All, long OfProject) hooks, NoticesOptions options)
    {
        if (hooks.All >= options.HooksMax) return Limit($"There are {options.HooksMax} hooks, which is the limit. Delete one first.");
        return hooks.OfProject >= options.HooksPerProjectMax
            ? Limit($"Project '{project}' has {options.HooksPerProjectMax} hooks, which is the limit of one. Delete one first.")
            : null;
    }

    /// <summary>Null while another delivery may wait for a hook.</summary>
    public static Error? TooManyWaiting(long waiting, NoticesOptions options) => waiting < options.WaitingMax ? null : Limit(
        $"{waiting} deliveries wait for the hook; the limit is {options.WaitingMax}. Wait until they are delivered or dead.");

    /// <summary>Whether a hook asks for an event.</summary>
    public static bool Asks(Hook hook, EventDraft happened) =>
        hook.IsActive && hook.Project == happened.Project
        && (hook.SubjectKind is null || (hook.SubjectKind == happened.SubjectKind && hook.SubjectName == happened.SubjectName))
        && hook.Types.Any(pattern => Matches(pattern, happened.Type));

    /// <summary>Whether a type is of a pattern: '*' stands for any letters, none included.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> type)
    {
        int at = 0, from = 0, star = -1, tried = 0;
        while (at < type.Length)
        {
            if (from < pattern.Length && pattern[from] == '*')
            {
                star = from++;
                tried = at;
            }
            else if (from < pattern.Length && pattern[from] == type[at])
            {
                from++;
                at++;
            }
            else if (star >= 0)
            {
                from = star + 1;
                at = ++tried;
            }
            else
            {
                return false;
            }
        }

        return pattern[from..].TrimStart('*').IsEmpty;
    }

    private static Error Limit(string message) => new(ErrorCode.LimitExceeded, message);

    private static bool IsType(string pattern) => pattern.Length is > 0 and <= TypeLengthMax
        && pattern.All(static letter => char.IsAsciiLetterLower(letter) || letter is '.' or '*' or '_');
}
