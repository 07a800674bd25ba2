namespace Weighhouse.Tests.Server.Bucket;

/// <summary>Waits for what another process or a timer brings about, and fails when it does not.</summary>
internal static class Eventually
{
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(60);

    public static async Task IsTrueAsync(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < PatienceMax, "It did not come true within a minute.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
