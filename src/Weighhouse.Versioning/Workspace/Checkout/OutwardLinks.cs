using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Changes;

namespace Weighhouse.Versioning.Workspace.Checkout;

/// <summary>Links of a tree that lead out of the folder: looked for before anything is written.</summary>
internal static class OutwardLinks
{
    public static Error? Find(IObjectStore store, IEnumerable<CheckoutWrite> writes)
    {
        foreach (var write in writes)
        {
            if (write.Target.Kind != EntryKind.Symlink) continue;
            if (!LinkTarget.Read(store, write.Target.Id).TryGet(out var target, out var error))
                return error with { Message = $"{write.Target.Path}: {error.Message}" };
            if (Refuse(write.Target.Path, target) is { } refusal) return refusal;
        }

        return null;
    }

    public static Error? Refuse(string path, string target) => LinkTarget.StaysInside(path, target)
        ? null
        : Error.Invalid(
            $"'{path}' is a link to '{PlainText.Cut(target, 128)}', out of the folder, and is not made. Check out without it: "
            + "weigh switch --only");
}
