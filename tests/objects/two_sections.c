// clang writes two ELF sections .rodata, one of them because of the attribute; the BTF has one.
const volatile int limit = 5;
const volatile int level = 6;
const volatile struct range {
	int low, high;
} range = {1, 2};
__attribute__((section(".rodata"))) int ports[4] = {1, 2, 3, 4};
int program(void)
{
	return limit + level + ports[0] + range.low;
}
