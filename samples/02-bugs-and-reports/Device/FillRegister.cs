namespace BugsAndReports.Device;

/// <summary>Where the fill engine's registers lie in BAR 0.</summary>
internal static class FillRegister
{
    /// <summary>First byte to fill, as the device sees it.</summary>
    public const int Address = 0x00;

    /// <summary>Bytes to fill, at most 4096.</summary>
    public const int Length = 0x08;

    /// <summary>A write fills with that byte; a read tells how the last fill ended, 0 for well.</summary>
    public const int Fill = 0x0c;
}
