namespace Weighhouse.TestKit;

/// <summary>A folder of its own for a test, gone when the test is over.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("weigh-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A process just killed may hold a file for a moment longer; the system's own cleaning takes the rest.
        }
    }
}
