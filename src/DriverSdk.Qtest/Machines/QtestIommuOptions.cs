namespace DriverSdk.Qtest.Machines;

/// <summary>The remapping unit of a machine: the settings that both doors know, under QEMU's names.</summary>
public sealed record QtestIommuOptions
{
    /// <summary>Bits of an address the unit translates (<c>aw-bits</c>): 39, 48, or 57 where the door has five levels.</summary>
    public int AddressWidth { get; init; } = 48;

    /// <summary>Whether the unit asks for invalidations when entries become present (<c>caching-mode</c>).</summary>
    public bool CachingMode { get; init; }

    /// <summary>Whether the unit remaps interrupts (<c>intremap</c>).</summary>
    public bool InterruptRemapping { get; init; } = true;

    /// <summary>Whether second-stage entries may have their snoop bit set (<c>snoop-control</c>).</summary>
    public bool SnoopControl { get; init; }

    /// <summary>Whether the unit serves devices with translation caches of their own (<c>device-iotlb</c>).</summary>
    public bool DeviceIotlb { get; init; }

    /// <summary>Further settings that only one door knows, each as <c>KEY=VALUE</c>.</summary>
    public IReadOnlyList<string> Further { get; init; } = [];

    internal string ToSettings()
    {
        string[] known =
        [
            $"aw-bits={AddressWidth}", $"caching-mode={Switch(CachingMode)}", $"intremap={Switch(InterruptRemapping)}",
            $"snoop-control={Switch(SnoopControl)}", $"device-iotlb={Switch(DeviceIotlb)}",
        ];
        return string.Join(',', [.. known, .. Further]);
    }

    private static string Switch(bool value) => value ? "on" : "off";
}
