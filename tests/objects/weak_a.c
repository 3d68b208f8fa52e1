// Linked with weak_b.c, which defines both variables again, one of them in another section.
int value __attribute__((weak)) = 1;
const volatile int limit __attribute__((weak)) = 7;
const volatile int level = 3;
const volatile struct range {
	int low, high;
} range = {1, 2};
int first(void)
{
	return value + limit + level + range.low;
}
