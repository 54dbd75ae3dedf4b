namespace DriverSdk.Kernel.Dma;

/// <summary>Which slot a loan lives in, and which of the slot's loans it is.</summary>
internal readonly record struct LoanKey(int Slot, uint Generation);
