using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Files;

namespace Weighhouse.Versioning.Workspace.Checkout;

/// <summary>Changes names in the working folder. Never goes through a link: what it makes or deletes lies below the root.</summary>
internal static class FolderWork
{
    /// <summary>Makes the folder and those above it. Refuses when something that is no folder is in the way.</summary>
    public static Error? EnsureFolder(WorkspaceFolder folder, string path)
    {
        for (var end = path.IndexOf('/'); ; end = path.IndexOf('/', end + 1))
        {
            var part = end < 0 ? path : path[..end];
            if (part.Length == 0) return null;
            var place = folder.PathOf(part);
            switch (FileProbe.At(place).Type)
            {
                case FileType.Folder:
                    break;
                case FileType.None:
                    Directory.CreateDirectory(place);
                    break;
                default:
                    return Error.Precondition(
                        $"'{part}' is not a folder, and files have to be written below it. Move it away, then try again.");
            }

            if (end < 0) return null;
        }
    }

    /// <summary>Whether every folder above the path is a real one, or absent: nothing would be written through a link.</summary>
    public static bool IsReachable(WorkspaceFolder folder, string path)
    {
        for (var end = path.IndexOf('/'); end >= 0; end = path.IndexOf('/', end + 1))
        {
            var type = FileProbe.At(folder.PathOf(path[..end])).Type;
            if (type == FileType.None) return true;
            if (type != FileType.Folder) return false;
        }

        return true;
    }

    /// <summary>Deletes a file or link, and the folders above it that it leaves empty.</summary>
    public static void Delete(WorkspaceFolder folder, string path)
    {
        if (!IsReachable(folder, path)) return;
        var place = folder.PathOf(path);
        if (FileProbe.At(place).Type is FileType.File or FileType.Symlink) File.Delete(place);
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
            if (!TryDeleteEmpty(folder.PathOf(path[..slash]))) return;
    }

    /// <summary>Deletes a folder that holds nothing but folders; one with a file in it stays, and the caller's rename fails.</summary>
    public static void DeleteEmpty(string place)
    {
        foreach (var child in Directory.EnumerateDirectories(place)) DeleteEmpty(child);
        Directory.Delete(place);
    }

    private static bool TryDeleteEmpty(string place)
    {
        try
        {
            Directory.Delete(place);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not empty: it has files of the user's.
            return false;
        }
    }
}
