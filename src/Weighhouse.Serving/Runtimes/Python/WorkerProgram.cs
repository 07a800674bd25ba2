using System.Reflection;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>
/// The program that workers run, as files: it is written anew at each start of the server, so nobody's changes to it live on.
/// </summary>
internal static class WorkerProgram
{
    public const string Package = "weighhouse_worker";

    private const string Prefix = "Weighhouse.Serving/" + Package + "/";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>What the interpreter is asked to run; its only argument is the folder that has the package.</summary>
    public static string Start => $"import sys; sys.path.insert(0, sys.argv[1]); from {Package} import main; main.run()";

    /// <summary>Writes the package below this folder.</summary>
    public static void Place(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        MakeFolder(folder);
        var package = Path.Combine(folder, Package);
        MakeFolder(package);
        var assembly = typeof(WorkerProgram).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var source = assembly.GetManifestResourceStream(name)!;
            using var target = new FileStream(Path.Combine(package, name[Prefix.Length..]), FileMode.CreateNew, FileAccess.Write);
            source.CopyTo(target);
        }
    }

    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly);
    }
}
