namespace Weighhouse.Http;

/// <summary>Endpoint metadata: its answers last as long as the client wants, so that a long one is nothing to warn of.</summary>
public sealed class OpenEnded
{
    public static readonly OpenEnded Mark = new();

    private OpenEnded()
    {
    }
}
