namespace Weighhouse.Versioning.Workspace.Checkout;

/// <summary>Files under temporary names, of this checkout or of one that was killed.</summary>
internal static class Temporaries
{
    public static void Remove(WorkspaceFolder folder)
    {
        try
        {
            if (Directory.Exists(folder.TemporaryPath)) Directory.Delete(folder.TemporaryPath, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // They are ignored by every scan; the next checkout removes them.
        }
    }
}
