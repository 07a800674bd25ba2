using Microsoft.Extensions.Logging;

namespace Weighhouse.Notices;

/// <summary>Everything the module can say.</summary>
internal static partial class NoticesLog
{
    [LoggerMessage(1901, LogLevel.Warning, "Hook {Hook}: delivery {Delivery} is dead after {Attempts} attempts: {Reason}")]
    public static partial void Dead(ILogger logger, string hook, string delivery, int attempts, string reason);

    [LoggerMessage(1902, LogLevel.Error, "The secret of hook {Hook} cannot be opened: its deliveries fail until it is set again")]
    public static partial void SecretLost(ILogger logger, string hook);
}
