using System.Diagnostics.Metrics;
using Weighhouse.Kernel;

namespace Weighhouse.Access;

/// <summary>The meter "Weighhouse.Access".</summary>
internal static class AccessMetrics
{
    private static readonly Meter Meter = new("Weighhouse.Access");

    private static readonly Counter<long> Refusals =
        Meter.CreateCounter<long>("weighhouse.access.refusals", "{request}", "Requests refused at the door, by error code");

    private static readonly Histogram<double> PasswordChecks =
        Meter.CreateHistogram<double>("weighhouse.access.password.check.duration", "s", "Checking a password, by whether it was right");

    private static readonly Counter<long> LockOuts =
        Meter.CreateCounter<long>("weighhouse.access.lockouts", "{lockout}", "Times the door closed to a user or an address");

    public static void Refused(ErrorCode code) => Refusals.Add(1, new KeyValuePair<string, object?>("code", code.ToString()));

    public static void PasswordChecked(bool isRight, TimeSpan duration) =>
        PasswordChecks.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("right", isRight));

    public static void LockedOut() => LockOuts.Add(1);
}
